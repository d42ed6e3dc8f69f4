import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readRunState } from '../../electron/engine/run-directory/read-run.ts';
import type { RunState } from '../../shared/run/run-model.ts';
import { BUILT_CLI } from '../helpers/built-command.ts';
import { processesWith } from '../helpers/processes-with.ts';
import { until } from '../helpers/until.ts';
import { namesIn, tryKill } from './scene.ts';

const WORKER = join(import.meta.dirname, 'programs/flood-worker.sh');
/** How often the memory of the engine is looked at: its kernel keeps the peak, so rarely is enough (milliseconds). */
const LOOK_MS = 50;
/** What workers are given to end by themselves (milliseconds). */
export const STOP_GRACE_MS = 300;
/** Files in one folder, as people have them. */
const FILES_PER_FOLDER = 1_000;

/** What a flood runs. */
export interface FloodRequest {
  what: 'queue' | 'items' | 'lines' | 'bursts' | 'line' | 'warnings' | 'tree';
  /** The worker's second word: seconds, bytes or lines. */
  amount: number;
  items: number;
  workers: number;
}

/** A run of a flood in folders of its own, with `drover run` in the foreground as its engine. */
export class FloodRun {
  readonly folder = mkdtempSync(join(tmpdir(), 'drover-flood-'));
  private readonly children: ChildProcess[] = [];
  private readonly request: FloodRequest;

  constructor(request: FloodRequest) {
    this.request = request;
    mkdirSync(join(this.folder, 'home'));
    for (let index = 0; index < request.items; index += 1) {
      const folder = join(this.folder, 'in', String(Math.floor(index / FILES_PER_FOLDER)));
      if (index % FILES_PER_FOLDER === 0) mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${index}.txt`), 'x');
    }
    const isQueue = request.what === 'queue' || request.what === 'tree';
    const step = {
      name: 'flood',
      dispatch: isQueue ? 'queue' : 'list',
      command: ['sh', WORKER, request.what, String(request.amount), ...(isQueue ? [] : ['{manifest}'])],
    };
    const pipeline = { name: 'flood', inputs: { patterns: ['*.txt'] }, steps: [step] };
    writeFileSync(join(this.folder, 'pipeline.json'), JSON.stringify(pipeline));
  }

  /** The run's folder, once there is one. */
  get directory(): string {
    const runs = join(this.folder, 'home', 'runs', 'flood');
    return join(runs, namesIn(runs)[0] ?? '');
  }

  /** Starts the run. */
  start(): ChildProcess {
    return this.drover('run', '-p', 'pipeline.json', '-i', 'in', '-d', `cpu:${this.request.workers}`, '--json');
  }

  /** Starts the built command over the run's data folder; nobody reads its standard output where `stdout` is a pipe. */
  drover(...words: string[]): ChildProcess {
    return this.spawn('ignore', words);
  }

  /** Starts the command with its standard output on a pipe that nobody reads. */
  unread(...words: string[]): ChildProcess {
    const child = this.spawn('pipe', words);
    child.stdout?.pause();
    return child;
  }

  /** The folded state of the run. */
  state(): RunState {
    const state = readRunState(this.directory);
    if (!state.ok) throw new Error(state.error.message);
    return state.value;
  }

  text(name: string): string {
    return readFileSync(join(this.directory, name), 'utf8');
  }

  /** Waits until so many items are complete by the workers' own notes. */
  async untilDone(count: number): Promise<void> {
    await until(() => this.done().length >= count, `${count} items`);
  }

  /** Files that the workers of a queue say they have done, in order. */
  done(): string[] {
    try {
      const lines = this.text('logs/step_001/done').split('\n');
      return lines.filter((line) => line !== '');
    } catch {
      return [];
    }
  }

  /** Processes that belong to the run. */
  processes(): number[] {
    return processesWith(`DROVER_HOME=${join(this.folder, 'home')}`).filter((pid) => pid !== process.pid);
  }

  async end(): Promise<void> {
    for (const child of this.children) child.kill('SIGKILL');
    for (let left = this.processes(); left.length > 0; left = this.processes()) {
      for (const pid of left) tryKill(pid);
      await sleep(LOOK_MS);
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  private spawn(stdout: 'ignore' | 'pipe', words: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [BUILT_CLI, ...words], {
      cwd: this.folder,
      env: {
        PATH: process.env['PATH'],
        HOME: this.folder,
        DROVER_HOME: join(this.folder, 'home'),
        XDG_RUNTIME_DIR: join(this.folder, 'runtime'),
        DROVER_LEASES: join(this.folder, 'leases'),
        DROVER_STOP_GRACE_MS: String(STOP_GRACE_MS),
        DROVER_RECONCILE_PAUSE_MS: '0',
      },
      stdio: ['ignore', stdout, 'ignore'],
    });
    this.children.push(child);
    return child;
  }
}

/** Follows the peak memory of a process until it has ended. */
export async function peakUntilEnd(child: ChildProcess): Promise<{ status: number | null; megabytes: number }> {
  let megabytes = 0;
  while (child.exitCode === null && child.signalCode === null) {
    megabytes = Math.max(megabytes, peakMegabytes(child.pid ?? 0));
    await sleep(LOOK_MS);
  }
  return { status: child.exitCode, megabytes };
}

/** The most memory that a process has had so far, in MB; 0 when it is gone. */
export function peakMegabytes(pid: number): number {
  try {
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? '0';
    return Math.round((Number(kib) * 1024) / 1e6);
  } catch {
    return 0;
  }
}
