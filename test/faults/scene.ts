import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { Engine } from '../../electron/engine/api/engine-api.ts';
import { createEngine } from '../../electron/engine/engine.ts';
import { linuxProcessTable } from '../../electron/engine/processes/linux-process-table.ts';
import { isOwned, lastOwner } from '../../electron/engine/run-directory/owner-file.ts';
import { RigRun } from '../helpers/rig-run.ts';
import { until } from '../helpers/until.ts';
import { type SceneProcess, sceneProcesses } from './scene-processes.ts';
import type { Schedule } from './schedule.ts';

const WORKER = join(import.meta.dirname, 'programs/fault-worker.sh');
/** Milliseconds between SIGTERM and SIGKILL: a schedule need not wait the seconds that a person's worker gets. */
const STOP_GRACE_MS = '300';
/** Milliseconds between the two looks at the files of a run that has ended: enough for a fault to fall in between. */
const RECONCILE_PAUSE_MS = '100';

/** A machine that plays many schedules at once takes its time, and a run that hangs does so for ever (milliseconds). */
const FREE_LIMIT_MS = 90_000;

/** Enters a new PID namespace with a /proc of its own, which ends with who made it. */
const NAMESPACE = ['unshare', '-Urpf', '--mount-proc', '--kill-child'] as const;

/** Why no PID namespaces can be made here; null where they can. */
export const noNamespaces: string | null =
  spawnSync(NAMESPACE[0], [...NAMESPACE.slice(1), 'true']).status === 0
    ? null
    : 'PID namespaces cannot be made here: nothing is played with containers';

/** What a scene is played with. */
export interface ScenePlace {
  /** The folder of a small disk for the data folder; null for none. */
  disk: string | null;
  /** The program of the `drover` command. */
  cli: string;
}

/** The folders, the engine and the run of one schedule. */
export class Scene {
  readonly schedule: Schedule;
  readonly folder: string;
  readonly home: string;
  /** Where the workers note what they have done. */
  readonly side: string;
  readonly results: string;
  readonly engine: Engine;
  private readonly cli: string;
  private readonly env: Record<string, string>;
  private found: RigRun | undefined;
  private readonly strangers: ChildProcess[] = [];

  constructor(schedule: Schedule, { disk, cli }: ScenePlace) {
    this.schedule = schedule;
    this.cli = cli;
    this.folder = realpathSync(mkdtempSync(join(tmpdir(), `drover-fault-${schedule.seed}-`)));
    this.home = join(disk ?? this.folder, 'home');
    this.side = join(this.folder, 'side');
    this.results = join(this.folder, 'results');
    for (const folder of [this.side, this.results, this.inputs]) mkdirSync(folder);
    this.env = {
      PATH: process.env['PATH'] ?? '',
      HOME: this.folder,
      XDG_RUNTIME_DIR: join(this.folder, 'runtime'),
      DROVER_LEASES: join(this.folder, 'leases'),
      DROVER_STOP_GRACE_MS: STOP_GRACE_MS,
      DROVER_RECONCILE_PAUSE_MS: RECONCILE_PAUSE_MS,
    };
    this.engine = createEngine({
      home: this.home,
      env: this.env,
      headless: [process.execPath, cli],
      commandLine: null,
    });
    this.write();
  }

  get inputs(): string {
    return join(this.folder, 'in');
  }

  /** The run, once it is started. */
  get run(): RigRun {
    if (this.found === undefined) throw new Error('The run was not started');
    return this.found;
  }

  /** The input file of an item. */
  inputName(index: number): string {
    return `item-${index}.txt`;
  }

  outputPath(index: number): string {
    return join(this.results, `item-${index}.out`);
  }

  /** What an undisturbed run makes of an item. */
  expectedOutput(index: number): string {
    return `out of ${this.inputName(index)}: ${payload(index)}\n`;
  }

  /** Starts the run, and waits until somebody owns it. */
  async start(): Promise<void> {
    if (this.schedule.front === 'command') await this.startByCommand();
    else await this.startHeadless();
  }

  /** Everything that the scene's engines have started and that lives. */
  processes(): SceneProcess[] {
    return sceneProcesses(this.env['XDG_RUNTIME_DIR'] ?? '');
  }

  /** FIFOs and their marks. */
  fifos(): string[] {
    return namesIn(join(this.env['XDG_RUNTIME_DIR'] ?? '', 'drover'));
  }

  removeFifos(): void {
    rmSync(join(this.env['XDG_RUNTIME_DIR'] ?? '', 'drover'), { recursive: true, force: true });
  }

  /** The process that owns the run now; null when nobody does. */
  owner(): number | null {
    const owner = lastOwner(this.run.directory);
    if (owner === null || !isOwned(this.run.directory, linuxProcessTable)) return null;
    return owner.pid;
  }

  /** What tells the last ownership of the run from all others; null before the first. */
  lastOwnership(): string | null {
    return lastOwner(this.run.directory)?.nonce ?? null;
  }

  /** Whether the last owner ended without releasing the run, as one does that is killed. */
  get wasKilled(): boolean {
    return lastOwner(this.run.directory)?.released === false;
  }

  /** Kills the engine that owns the run, and waits until it is gone. @returns whether there was one besides this process */
  async killOwner(): Promise<boolean> {
    const owner = this.owner();
    if (owner === null || owner === process.pid) return false;
    process.kill(owner, 'SIGKILL');
    await until(() => linuxProcessTable.startTime(owner) === null, 'the engine to be dead');
    return true;
  }

  /** Waits until the run has no owner. */
  async untilFree(): Promise<void> {
    await until(() => this.owner() === null, 'the run to have no owner', FREE_LIMIT_MS);
  }

  /** Starts `drover` with words, in a PID namespace of its own where that is asked for; it ends with what started it. */
  startCommand(words: readonly string[], { inside = false } = {}): ChildProcess {
    const command = [process.execPath, this.cli, ...words];
    const [program = '', ...args] = inside ? [...NAMESPACE, ...command] : command;
    return spawn(program, args, { cwd: this.folder, stdio: 'ignore', env: { ...this.env, DROVER_HOME: this.home } });
  }

  /** Resumes the run with a standard output that takes nothing, and waits for its end. */
  async resumeIntoFullOutput(): Promise<{ code: number | null; errors: string }> {
    const full = openSync('/dev/full', 'w');
    const resumed = spawn(process.execPath, [this.cli, 'resume', this.run.id, '--plain'], {
      cwd: this.folder,
      stdio: ['ignore', full, 'pipe'],
      env: { ...this.env, DROVER_HOME: this.home },
    });
    closeSync(full);
    const ended = once(resumed, 'exit');
    const errors = resumed.stderr === null ? '' : await text(resumed.stderr);
    await ended;
    return { code: resumed.exitCode, errors };
  }

  /** Starts a process that has nothing to do with the run. */
  startStranger(): number {
    const stranger = spawn('sleep', ['600'], {
      detached: true,
      stdio: 'ignore',
      env: { PATH: this.env['PATH'] ?? '' },
    });
    this.strangers.push(stranger);
    if (stranger.pid === undefined) throw new Error('sleep cannot be started');
    return stranger.pid;
  }

  /** How many strangers were ended by somebody. */
  deadStrangers(): number {
    return this.strangers.filter(({ exitCode, signalCode }) => exitCode !== null || signalCode !== null).length;
  }

  /** Ends everything and removes the folder, or keeps it for a person to look at. */
  async end(keep: boolean): Promise<void> {
    for (const stranger of this.strangers) stranger.kill('SIGKILL');
    for (let left = this.processes(); left.length > 0; left = this.processes()) {
      for (const { pid } of left) tryKill(pid);
      await until(() => left.every(({ pid }) => linuxProcessTable.startTime(pid) === null));
    }
    await this.engine.close();
    if (!keep) rmSync(this.folder, { recursive: true, force: true });
  }

  private write(): void {
    const { schedule } = this;
    const mayLoseLauncher = schedule.steps.some(({ fault }) => fault.kind === 'kill-launcher');
    if (!schedule.reports && mayLoseLauncher) writeFileSync(join(this.side, 'tidy'), '');
    schedule.items.forEach(({ milliseconds, fails, how, lines }, index) => {
      const words = [(milliseconds / 1000).toFixed(3), fails, how, lines].join(' ');
      writeFileSync(join(this.inputs, this.inputName(index)), `${words}\n${payload(index)}\n`);
    });
    const step = {
      name: 'work',
      dispatch: schedule.dispatch,
      command: [
        'sh',
        WORKER,
        schedule.dispatch,
        this.side,
        schedule.reports ? 'yes' : 'no',
        schedule.onTerm,
        ...this.files,
      ],
      outputs: ['{stem}.out'],
      retries: schedule.retries,
    };
    const pipeline = { name: 'fault', inputs: { patterns: ['*.txt'] }, steps: [step] };
    writeFileSync(join(this.folder, 'pipeline.json'), JSON.stringify(pipeline));
  }

  private get files(): string[] {
    const words = { queue: [], list: ['{manifest}'], each: ['{file}', '{output}'] };
    return words[this.schedule.dispatch];
  }

  private async startHeadless(): Promise<void> {
    const started = await this.engine.startRun({
      pipeline: join(this.folder, 'pipeline.json'),
      inputs: [this.inputs],
      output: this.results,
      devices: `cpu:${this.schedule.workers}`,
      parameters: {},
      overwrite: false,
      skipInvalid: false,
      workingDirectory: this.folder,
      detach: true,
    });
    if (!started.ok) throw new Error(`${started.error.message} ${started.error.advice}`);
    this.found = new RigRun(this.engine, started.value.run, started.value.directory);
  }

  private async startByCommand(): Promise<void> {
    const words = ['run', '-p', 'pipeline.json', '-i', 'in', '-o', 'results', '-d', `cpu:${this.schedule.workers}`];
    const command = spawn(process.execPath, [this.cli, ...words], {
      cwd: this.folder,
      detached: true,
      stdio: 'ignore',
      env: { ...this.env, DROVER_HOME: this.home },
    });
    command.unref();
    const runs = join(this.home, 'runs', 'fault');
    await until(() => namesIn(runs).some((name) => lastOwner(join(runs, name)) !== null), 'drover run to own its run');
    const [run = ''] = namesIn(runs);
    this.found = new RigRun(this.engine, run, join(runs, run));
  }
}

function payload(index: number): string {
  return `payload ${index}${' größe'.repeat((index % 7) + 1)}`;
}

/** Names in a folder, without hidden ones; none when it is not there. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith('.'));
  } catch {
    return [];
  }
}

/** The text of a file; empty when it is not there. */
export function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

export function tryKill(pid: number, signal: NodeJS.Signals = 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
