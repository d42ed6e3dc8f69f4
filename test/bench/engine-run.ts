import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunEvent } from '../../shared/run/run-events.ts';
import type { Bench } from './bench-context.ts';
import { end, type Started, start } from './processes.ts';

/** Nothing that is waited for here takes longer, unless something is broken (milliseconds). */
const WAIT_MS = 180_000;
/** How often the journal is looked at: rare enough to cost nothing beside what is measured (milliseconds). */
const LOOK_MS = 20;
const BLOCK_BYTES = 1024 * 1024;

export interface RunRequest {
  /** A file in test/bench/pipelines, without its suffix. */
  pipeline: string;
  /** A folder or a file. */
  input: string;
  /** CPU slots. */
  slots: number;
  parameters?: Record<string, string | number>;
  /** The data directory; it must hold no other run of this pipeline. */
  home: string;
}

/** A run in an engine process of its own, as a person would start it. */
export interface EngineRun extends Started {
  /** Waits until a text stands in the journal. */
  journaled: (text: string, times?: number) => Promise<void>;
  /** The run's directory; known once something was journaled. */
  directory: () => string;
  /** Ends run and engine. */
  stop: () => Promise<void>;
}

/** The environment of the command for a data directory. */
export function homeEnvironment(home: string): NodeJS.ProcessEnv {
  return { ...process.env, DROVER_HOME: home, DROVER_LEASES: join(home, 'leases-of-all') };
}

/** The command line of the built command. */
export function droverCommand(bench: Bench, ...args: string[]): string[] {
  return [process.execPath, bench.cli, ...args];
}

/** The arguments that say what to run: the same for `run` and `plan`. */
export function launchArguments(request: Omit<RunRequest, 'home'>): string[] {
  const pipeline = join(import.meta.dirname, 'pipelines', `${request.pipeline}.json`);
  const parameters = Object.entries(request.parameters ?? {}).flatMap(([name, value]) => [
    '--param',
    `${name}=${value}`,
  ]);
  return ['--pipeline', pipeline, '--input', request.input, '--devices', `cpu:${request.slots}`, ...parameters];
}

/** Starts `drover run … --json`. */
export function startRun(bench: Bench, request: RunRequest): EngineRun {
  const command = droverCommand(bench, 'run', ...launchArguments(request), '--json');
  const started = start(command, { env: homeEnvironment(request.home), cwd: request.home });
  const runs = join(request.home, 'runs', request.pipeline);
  let over = false;
  started.ended.then(
    () => (over = true),
    () => (over = true),
  );
  return {
    ...started,
    directory: () => join(runs, readdirSync(runs)[0] ?? ''),
    journaled: (text, times = 1) => waitForText(runs, text, times, () => (over ? started.messages() : null)),
    stop: () => end(started, 'SIGINT'),
  };
}

/** The events that stand in a run's journal. */
export function readEvents(directory: string): RunEvent[] {
  const lines = readFileSync(join(directory, 'journal.ndjson'), 'utf8').split('\n');
  return lines.flatMap((line, at) => (at < lines.length - 1 ? [JSON.parse(line) as RunEvent] : []));
}

/** Looks at what is appended to the journal until a text has come often enough. */
async function waitForText(runs: string, text: string, times: number, ended: () => string | null): Promise<void> {
  const deadline = performance.now() + WAIT_MS;
  const block = Buffer.alloc(BLOCK_BYTES);
  let file: number | null = null;
  let position = 0;
  let seen = 0;
  try {
    for (;;) {
      const messages = ended();
      file ??= openJournal(runs);
      if (file !== null) {
        while (fstatSync(file).size > position) {
          const size = readSync(file, block, 0, BLOCK_BYTES, position);
          const whole = block.subarray(0, block.lastIndexOf('\n', size - 1) + 1);
          seen += occurrences(whole, text);
          if (seen >= times) return;
          if (whole.length === 0) break;
          position += whole.length;
        }
      }
      if (messages !== null) throw new Error(`The engine ended before ${text} was journaled: ${messages}`);
      if (performance.now() > deadline) throw new Error(`${text} was not journaled within ${WAIT_MS / 1000} s`);
      await sleep(LOOK_MS);
    }
  } finally {
    if (file !== null) closeSync(file);
  }
}

function openJournal(runs: string): number | null {
  try {
    const [run] = readdirSync(runs);
    return run === undefined ? null : openSync(join(runs, run, 'journal.ndjson'), 'r');
  } catch {
    return null;
  }
}

function occurrences(block: Buffer, text: string): number {
  let count = 0;
  for (let at = block.indexOf(text); at >= 0; at = block.indexOf(text, at + 1)) count += 1;
  return count;
}
