import { accessSync, constants, mkdirSync, mkdtempSync, realpathSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

/** A line appears at least this often while something is being measured (milliseconds). */
const HEARTBEAT_MS = 8_000;
/** Where Linux keeps files in memory. */
const MEMORY_FOLDER = '/dev/shm';
/** Logs are written to memory only with this much room, or they would push everything else out (bytes). */
const MEMORY_ROOM_BYTES = 12e9;

/** What every group of rows works with. */
export interface Bench {
  /** Sized down for trying. */
  quick: boolean;
  /** How often each thing is measured. */
  rounds: number;
  /** The built command. */
  cli: string;
  /** A fresh folder, gone with the bench. */
  folder: (name: string) => string;
  /** A fresh folder in memory where there is room, so that a disk adds no noise to logs. */
  memoryFolder: (name: string) => string;
  /** Removes a folder of ours early, to make room. */
  remove: (folder: string) => void;
  /** Says what is being done now; said again with the time it takes until something else is being done. */
  doing: (what: string) => void;
  /** A program's path, or null when it is not installed. */
  find: (program: string) => string | null;
  /** Makes something that several groups use only once. */
  once: <T>(name: string, make: () => Promise<T>) => Promise<T>;
}

export interface OwnedBench extends Bench {
  /** Removes the folders and stops talking. */
  close: () => void;
}

/** Makes the folders under the system's folder for temporary files. */
export function openBench(options: { quick: boolean; cli: string }): OwnedBench {
  const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'drover-bench-')));
  const memory = hasMemoryRoom() ? mkdtempSync(join(MEMORY_FOLDER, 'drover-bench-')) : scratch;
  const made = new Map<string, Promise<unknown>>();
  const heartbeat = new Heartbeat();
  let count = 0;
  const fresh = (parent: string, name: string): string => {
    count += 1;
    const folder = join(parent, `${name}-${count}`);
    mkdirSync(folder);
    return folder;
  };
  return {
    ...options,
    rounds: options.quick ? 2 : 5,
    folder: (name) => fresh(scratch, name),
    memoryFolder: (name) => fresh(memory, name),
    remove,
    doing: (what) => heartbeat.begin(what),
    find,
    once: (name, make) => {
      const there = made.get(name) ?? make();
      made.set(name, there);
      return there as ReturnType<typeof make>;
    },
    close: () => {
      heartbeat.end();
      remove(scratch);
      remove(memory);
    },
  };
}

class Heartbeat {
  private what = '';
  private since = 0;
  private timer: NodeJS.Timeout | undefined;

  begin(what: string): void {
    this.end();
    this.what = what;
    this.since = performance.now();
    process.stderr.write(`  ${what}\n`);
    this.timer = setInterval(() => {
      const seconds = Math.round((performance.now() - this.since) / 1000);
      process.stderr.write(`    … ${this.what} (${seconds} s)\n`);
    }, HEARTBEAT_MS);
  }

  end(): void {
    clearInterval(this.timer);
  }
}

function hasMemoryRoom(): boolean {
  try {
    const { bavail, bsize } = statfsSync(MEMORY_FOLDER);
    return bavail * bsize >= MEMORY_ROOM_BYTES;
  } catch {
    return false;
  }
}

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
}

function find(program: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find(isExecutable) ?? null;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
