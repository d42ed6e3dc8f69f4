import { deepEqual } from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import type { Engine } from '../../electron/engine/api/engine-api.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import type { LaunchRequest } from '../../shared/contract/launch.ts';
import type { Problem } from '../../shared/problem.ts';
import { patience } from './patience.ts';
import { environmentOf, processesWith } from './processes-with.ts';
import { RigRun } from './rig-run.ts';
import { until } from './until.ts';

const WORKERS = join(import.meta.dirname, '../fixtures/workers');
/** Tests need not wait the seconds that a person's worker gets to end in order. */
const STOP_GRACE_MS = '300';
/** Nor wait a second before a failed attempt is repeated. */
const RESTART_PAUSE_MS = '20';
/** How long what a test left running may take to end before it counts as left behind. */
const SETTLE_MS = 10_000;
/** Stand-ins of vendors' tools are scripts, and the pause in which they are when they are ended outlives them by this much. */
const TOOL_END_MS = 1_500;

/** A step as a pipeline file has it; only the command must be given. */
export interface StepInput {
  command: readonly string[];
  [key: string]: unknown;
}

/** What a test launches: the steps and inputs, and anything of a launch request. */
export interface RigLaunch extends Partial<Omit<LaunchRequest, 'inputs' | 'pipeline'>> {
  steps: StepInput[];
  parameterTypes?: Record<string, unknown>;
  /** Names below the input folder → content. */
  files?: Readonly<Record<string, string>>;
}

/** The absolute path of a program in test/fixtures/workers. */
export function worker(name: string): string {
  return join(WORKERS, name);
}

/**
 * An engine over a data folder of its own, with everything it starts in a runtime folder of its own. When the test ends, its runs are
 * killed and the test fails if a process or a FIFO is left.
 */
export class EngineRig {
  readonly folder: string;
  readonly home: string;
  readonly inputFolder: string;
  readonly env: Record<string, string>;
  readonly engine: Engine;

  /** @param home the data folder, where it has to lie on a certain disk */
  constructor(options: { env?: Record<string, string>; home?: string; headless?: [string, ...string[]] } = {}) {
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), 'drover-rig-')));
    this.home = options.home ?? join(this.folder, 'home');
    this.inputFolder = join(this.folder, 'in');
    mkdirSync(this.inputFolder);
    this.env = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      XDG_RUNTIME_DIR: join(this.folder, 'runtime'),
      DROVER_LEASES: join(this.folder, 'leases'),
      DROVER_STOP_GRACE_MS: STOP_GRACE_MS,
      DROVER_RESTART_PAUSE_MS: RESTART_PAUSE_MS,
      DROVER_RECONCILE_PAUSE_MS: '0',
      ...options.env,
    };
    this.engine = createEngine({
      home: this.home,
      env: this.env,
      headless: options.headless ?? [process.execPath, '-e', 'process.exit(9)'],
      commandLine: null,
    });
    onTestFinished(() => this.end());
  }

  /** Writes files below the rig's folder and gives the first one's path. */
  write(files: Readonly<Record<string, string>>): string {
    for (const [name, content] of Object.entries(files)) {
      const path = join(this.folder, name);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
    }
    return join(this.folder, Object.keys(files)[0] ?? '');
  }

  /** Writes a pipeline file; a step without a name is called `work`. */
  pipeline(steps: readonly StepInput[], parameters: Record<string, unknown> = {}): string {
    const named = steps.map((step) => ({ name: 'work', ...step }));
    const definition = { name: 'test', inputs: { patterns: ['*.txt'] }, parameters, steps: named };
    return this.write({ 'pipeline.json': JSON.stringify(definition) });
  }

  /** Starts a run and fails the test when it is refused. */
  async start(launch: RigLaunch): Promise<RigRun> {
    const started = await this.engine.startRun({ ...this.request(launch), detach: false });
    if (!started.ok) throw new Error(`${started.error.message} ${started.error.advice}`);
    return this.of(started.value);
  }

  /** Runs to the end. */
  async run(launch: RigLaunch): Promise<RigRun> {
    const run = await this.start(launch);
    await run.ended();
    return run;
  }

  /** Asks for a launch that has to be refused; nothing may have been created by it. */
  async refuse(launch: RigLaunch | LaunchRequest): Promise<Problem> {
    const request = 'inputs' in launch ? launch : this.request(launch);
    const before = this.runs();
    const started = await this.engine.startRun({ ...request, detach: false });
    deepEqual(this.runs(), before);
    if (started.ok) throw new Error('The launch was not refused');
    return started.error;
  }

  /** The launch request of a launch, with its pipeline and inputs written. */
  request(launch: RigLaunch): LaunchRequest {
    const { steps, files, parameterTypes, ...rest } = launch;
    for (const [name, content] of Object.entries(files ?? { 'a.txt': 'a\n' })) this.write({ [`in/${name}`]: content });
    return {
      pipeline: this.pipeline(steps, parameterTypes),
      inputs: [this.inputFolder],
      devices: 'cpu:1',
      parameters: {},
      overwrite: false,
      skipInvalid: false,
      workingDirectory: this.folder,
      ...rest,
    };
  }

  /** A run by its place, for one that was started otherwise. */
  of(place: { run: string; directory: string }): RigRun {
    return new RigRun(this.engine, place.run, place.directory);
  }

  /** The folders of all runs. */
  runs(): string[] {
    try {
      return readdirSync(join(this.home, 'runs', 'test'));
    } catch {
      return [];
    }
  }

  /** Processes of runs: launchers, workers and what they started. */
  processes(): number[] {
    return this.everything().filter((pid) => environmentOf(pid).includes('DROVER_RUN_ID='));
  }

  /** All processes that the rig's engine started and what these started: they carry the rig's runtime folder in their environment. */
  everything(): number[] {
    return processesWith(`XDG_RUNTIME_DIR=${this.env['XDG_RUNTIME_DIR'] ?? ''}`);
  }

  /** FIFOs and their marks that are there. */
  fifos(): string[] {
    try {
      return readdirSync(join(this.env['XDG_RUNTIME_DIR'] ?? '', 'drover'));
    } catch {
      return [];
    }
  }

  private async end(): Promise<void> {
    try {
      for (const run of this.engine.ownedRuns()) await this.engine.stopRun({ run, force: true, by: 'the test' });
      await Promise.race([this.engine.close(), sleep(patience(SETTLE_MS))]);
      deepEqual(this.engine.ownedRuns(), []);
      await Promise.race([until(() => this.everything().length === 0), sleep(patience(TOOL_END_MS))]);
      deepEqual(this.everything().map(commandLine), []);
      deepEqual(this.fifos(), []);
    } finally {
      for (const pid of this.everything()) process.kill(pid, 'SIGKILL');
      await until(() => this.everything().length === 0);
      rmSync(this.folder, { recursive: true, force: true });
    }
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return `${pid}`;
  }
}
