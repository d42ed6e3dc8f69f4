import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { onTestFinished, vi } from 'vitest';
import { launchCommand } from '../../electron/engine/processes/launch-helper.ts';
import { readStartRecord, type StartRecord } from '../../electron/engine/processes/process-record.ts';
import type { ProcessTable } from '../../electron/engine/processes/process-table.ts';
import { processTable } from '../../electron/engine/processes/this-process-table.ts';
import { type InputKind, inputKind } from '../../electron/engine/processes/worker-input.ts';
import { RESOURCES } from './import-resource.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { until } from './until.ts';

/** A platform whose launcher is tried on this machine, with stand-ins for the tools that only it has. */
export type LauncherPlatform = 'linux' | 'darwin' | 'win32';

const LAUNCHERS = { linux: 'launcher.sh', darwin: 'launcher-macos.sh', win32: 'launcher-windows.mjs' };
const TOOLS = { darwin: 'macos', win32: 'windows' };

/** Starts launchers as an engine does, in a folder of the running test, and ends what they leave. */
export class LauncherRig {
  readonly platform: LauncherPlatform;
  readonly folder = temporaryFolder();
  /** A run id that no other test has: processes are found by it. */
  readonly run = `rig-${process.hrtime.bigint()}`;
  readonly record = join(this.folder, this.run, 'worker_0.ndjson');
  readonly owner = join(this.folder, 'owner.json');
  readonly log = join(this.folder, 'worker_0.log');
  readonly table: ProcessTable;
  readonly inputs: InputKind;

  constructor(platform: LauncherPlatform) {
    this.platform = platform;
    this.table = processTable(platform);
    this.inputs = inputKind(platform);
    mkdirSync(join(this.folder, this.run));
    writeFileSync(this.owner, '{}');
    if (platform !== 'linux') {
      const tools = join(import.meta.dirname, '../fixtures/tools', TOOLS[platform]);
      vi.stubEnv('PATH', `${tools}${delimiter}${process.env['PATH'] ?? ''}`);
      onTestFinished(() => {
        vi.unstubAllEnvs();
      });
    }
  }

  get launcher(): string {
    return join(RESOURCES, 'runtime', LAUNCHERS[this.platform]);
  }

  /** What this rig's processes carry in their environment. */
  get env(): Record<string, string> {
    return { DROVER_RUN_ID: this.run, DROVER_STEP: '1', DROVER_RANK: '0' };
  }

  /** Starts a worker under a launcher. */
  start(command: string[], options: StartOptions = {}): StartedLauncher {
    const { start = 1, input = false, env = {} } = options;
    const fifo = input ? join(this.folder, `input.${start}`) : null;
    const order = {
      launcher: this.launcher,
      record: this.record,
      start,
      fifo,
      owner: this.owner,
      command,
      cwd: this.folder,
      env: { ...process.env, ...this.env, ...env },
      logPath: this.log,
    };
    const { program, args, env: whole } = launchCommand(order, { node: process.execPath, platform: this.platform });
    const log = openSync(this.log, 'a');
    const child = spawn(this.shell(program), args, {
      cwd: this.folder,
      env: { ...whole },
      detached: true,
      stdio: ['ignore', log, log],
    });
    onTestFinished(() => {
      endGroup(child.pid);
    });
    return new StartedLauncher(this, child, start, fifo);
  }

  printed(): string {
    return readFileSync(this.log, 'utf8');
  }

  /** The sh of a Mac is bash. */
  private shell(program: string): string {
    return this.platform === 'darwin' && existsSync('/bin/bash') ? '/bin/bash' : program;
  }
}

interface StartOptions {
  start?: number;
  input?: boolean;
  env?: Record<string, string>;
}

export class StartedLauncher {
  readonly pid: number;
  readonly fifo: string | null;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  private readonly rig: LauncherRig;
  private readonly start: number;

  constructor(rig: LauncherRig, child: ChildProcess, start: number, fifo: string | null) {
    this.rig = rig;
    this.pid = child.pid ?? 0;
    this.start = start;
    this.fifo = fifo;
    this.ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));
  }

  get recorded(): StartRecord {
    return readStartRecord(this.rig.record, this.start);
  }

  /** Waits until the worker is recorded. */
  async worker(): Promise<NonNullable<StartRecord['process']>> {
    await until(() => this.recorded.process !== null, 'the record of the worker');
    const { process } = this.recorded;
    if (process === null) throw new Error('The record was there and is gone');
    return process;
  }

  /** Opens the worker's standard input as an engine does, once the worker is recorded. */
  async input() {
    await this.worker();
    const input = this.rig.inputs.open(this.fifo ?? '', () => process.kill(this.pid, 'SIGUSR1'));
    onTestFinished(() => input.discard());
    return input;
  }
}

function endGroup(pgid: number | undefined): void {
  try {
    if (pgid !== undefined) process.kill(-pgid, 'SIGKILL');
  } catch {
    // Gone, as it should be.
  }
}
