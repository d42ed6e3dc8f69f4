import { type ChildProcess, execFile, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { viewMachine } from '../../electron/engine/leases/view-machine.ts';
import { processTable } from '../../electron/engine/processes/this-process-table.ts';
import { lastOwner } from '../../electron/engine/run-directory/owner-file.ts';
import { readRunState } from '../../electron/engine/run-directory/read-run.ts';
import type { RunState } from '../../shared/run/run-model.ts';
import { processesWith } from '../helpers/processes-with.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures');

/** Numbers of users that no machine gives to people. */
const USERS = [61_001, 61_002] as const;

/** The most that one command may take (milliseconds). */
const COMMAND_LIMIT_MS = 60_000;

/** A stand-in for a machine with two cards. */
const CARDS = ['GPU-d23f0824-128b-4f33-8c5c-7fd0a6a3a450', 'GPU-9531985d-5d9d-49f8-9818-e811892f902b'] as const;
const CARD_MIB = 16_376;
/** More than others may hold of a card that counts as free. */
const STRANGER_MIB = 12_000;

/** What a command printed and how it ended. */
export interface CommandEnd {
  status: number;
  stdout: string;
  stderr: string;
}

/** A machine with two stand-in cards, and two people with a data folder each, who have numbers of their own where this process may give some. */
export class QueueScene {
  readonly folder = mkdtempSync(join(tmpdir(), 'drover-queue-'));
  /** Whether the two people are two users of the system. */
  readonly areUsers: boolean;
  private readonly cli: string;
  private readonly strangers = new Set<number>();

  constructor(cli: string) {
    this.cli = cli;
    chmodSync(this.folder, 0o755);
    for (const name of ['cards', 'nvidia', 'bin', 'in']) this.open(name);
    // As the system's folder for locks is: here nobody but this process may make it.
    mkdirSync(this.leases);
    chmodSync(this.leases, 0o1777);
    writeFileSync(this.log, '');
    chmodSync(this.log, 0o666);
    cpSync(join(FIXTURES, 'tools/nvidia-smi'), join(this.folder, 'bin/nvidia-smi'));
    cpSync(join(FIXTURES, 'workers/occupies-card.sh'), join(this.folder, 'bin/occupies-card.sh'));
    this.writePipeline();
    this.writeCards();
    this.areUsers = process.getuid?.() === 0 && USERS.every((uid) => this.mayRun(uid));
    for (const person of [0, 1] as const) {
      mkdirSync(this.home(person));
      if (this.areUsers) chownSync(this.home(person), USERS[person], USERS[person]);
    }
  }

  /** Runs the command as one of the two people. */
  drover(person: 0 | 1, ...args: string[]): Promise<CommandEnd> {
    return new Promise((resolve) => {
      const options = { cwd: this.folder, env: this.env(person), timeout: COMMAND_LIMIT_MS, ...this.identity(person) };
      const child: ChildProcess = execFile(process.execPath, [this.cli, ...args], options, (_, stdout, stderr) =>
        resolve({ status: child.exitCode ?? -1, stdout, stderr }),
      );
    });
  }

  /** Makes an input folder with files that take so many seconds each, or until `go`. @returns its path */
  inputs(name: string, seconds: readonly (number | 'go')[]): string {
    const folder = join(this.folder, 'in', name);
    mkdirSync(folder);
    for (const [index, value] of seconds.entries()) writeFileSync(join(folder, `${index}.txt`), `${value}\n`);
    return folder;
  }

  /** Lets the files of an input folder that wait for it be done. */
  go(name: string): void {
    writeFileSync(join(this.folder, 'in', name, 'go'), '');
  }

  get pipeline(): string {
    return join(this.folder, 'occupies.json');
  }

  /** Lets a program of somebody else hold most of a card, or end. */
  stranger(card: 0 | 1, isThere: boolean): void {
    if (isThere) this.strangers.add(card);
    else this.strangers.delete(card);
    this.writeCards();
  }

  hasStranger(uuid: string | null): boolean {
    return [...this.strangers].some((card) => CARDS[card] === uuid);
  }

  /** The directories of all runs of both people. */
  runs(): { person: 0 | 1; run: string; directory: string }[] {
    return ([0, 1] as const).flatMap((person) => {
      const folder = join(this.home(person), 'runs/occupies');
      const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith('2')) : [];
      return names.map((run) => ({ person, run, directory: join(folder, run) }));
    });
  }

  state(directory: string): RunState {
    const state = readRunState(directory);
    if (!state.ok) throw new Error(state.error.message);
    return state.value;
  }

  /** Kills the engine of a run. @param andKeeper also the shell that would start it again. @returns whether there was one */
  killEngine(directory: string, run: string, andKeeper: boolean): boolean {
    const owner = lastOwner(directory);
    if (owner === null || owner.released) return false;
    const keepers = processesWith(`DROVER_HOME=`).filter((pid) =>
      commandOf(pid).includes(`keep-engine.sh\0--run\0${run}`),
    );
    for (const pid of andKeeper ? [...keepers, owner.pid] : [owner.pid]) tryKill(pid);
    return true;
  }

  /** What the Drovers of this machine tell each other. */
  view(): ReturnType<typeof viewMachine> {
    return viewMachine({ home: this.home(0), env: this.env(0), table: processTable() });
  }

  /** Lines of workers that found another one on their card. */
  clashes(): string[] {
    return readFileSync(this.log, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
  }

  leftNotes(): string[] {
    return existsSync(this.leases) ? readdirSync(this.leases) : [];
  }

  processes(): number[] {
    return processesWith(`DROVER_LEASES=${this.leases}`);
  }

  remove(): void {
    for (const pid of this.processes()) tryKill(pid);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private get log(): string {
    return join(this.folder, 'clashes.log');
  }

  private get leases(): string {
    return join(this.folder, 'leases');
  }

  private home(person: 0 | 1): string {
    return join(this.folder, `home${person}`);
  }

  private open(name: string): void {
    mkdirSync(join(this.folder, name));
    chmodSync(join(this.folder, name), 0o777);
  }

  private identity(person: 0 | 1): { uid?: number; gid?: number } {
    return this.areUsers ? { uid: USERS[person], gid: USERS[person] } : {};
  }

  private env(person: 0 | 1): Record<string, string> {
    return {
      PATH: `${join(this.folder, 'bin')}:${process.env['PATH'] ?? ''}`,
      HOME: this.home(person),
      DROVER_HOME: this.home(person),
      DROVER_LEASES: this.leases,
      DROVER_STOP_GRACE_MS: '500',
      DROVER_RECONCILE_PAUSE_MS: '0',
      STANDIN_NVIDIA: join(this.folder, 'nvidia'),
    };
  }

  private mayRun(uid: number): boolean {
    return (
      spawnSync(process.execPath, [this.cli, '--version'], { uid, gid: uid, env: this.env(0), cwd: '/' }).status === 0
    );
  }

  private writePipeline(): void {
    const script = join(this.folder, 'bin/occupies-card.sh');
    const command = ['sh', script, join(this.folder, 'cards'), this.log, '{file}', '{output}'];
    const step = { name: 'occupy', dispatch: 'each', device: 'gpu', command, outputs: ['{stem}.out'] };
    const pipeline = { name: 'occupies', inputs: { patterns: ['*.txt'] }, steps: [step] };
    writeFileSync(this.pipeline, JSON.stringify(pipeline));
  }

  private writeCards(): void {
    const rows = CARDS.map((uuid, index) => {
      const used = this.strangers.has(index) ? STRANGER_MIB : 4;
      return `${index}, ${uuid}, 00000000:${index + 1}7:00.0, NVIDIA RTX A4000, ${CARD_MIB}, ${used}, ${CARD_MIB - used}, 0, 34, 6.21, 550.163.01, [N/A]`;
    });
    const heading =
      'index, uuid, pci.bus_id, name, memory.total [MiB], memory.used [MiB], memory.free [MiB], utilization.gpu [%], temperature.gpu, power.draw [W], driver_version, mig.mode.current';
    const apps = [...this.strangers].map((card) => `${process.pid}, ${CARDS[card] ?? ''}, ${STRANGER_MIB}, python`);
    this.replace('query-gpu.csv', [heading, ...rows]);
    this.replace('compute-apps.csv', ['pid, gpu_uuid, used_memory [MiB], process_name', ...apps]);
    this.replace(
      'list.txt',
      CARDS.map((uuid, index) => `GPU ${index}: NVIDIA RTX A4000 (UUID: ${uuid})`),
    );
  }

  private replace(name: string, lines: readonly string[]): void {
    const path = join(this.folder, 'nvidia', name);
    writeFileSync(`${path}.new`, `${lines.join('\n')}\n`);
    renameSync(`${path}.new`, path);
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}
