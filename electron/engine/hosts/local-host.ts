import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Device, type DeviceRef, isSameDevice } from '../../../shared/device.ts';
import { workerId } from '../../../shared/ids.ts';
import { messageOf } from '../../../shared/message-of.ts';
import type { Step } from '../../../shared/pipeline/pipeline.ts';
import type { Failure } from '../../../shared/run/failure.ts';
import type { ProcessIdentity } from '../../../shared/run/worker-state.ts';
import { detectDevices } from '../devices/detect-devices.ts';
import { processesOnDevices } from '../devices/nvidia-smi.ts';
import { explainEnding } from '../failures/explain-ending.ts';
import type { MachineSigns } from '../failures/machine-signs.ts';
import type { Environment } from '../files/data-home.ts';
import { closeTornLine } from '../files/last-line-whole.ts';
import { makeFolders } from '../files/make-folders.ts';
import { isOwnFolder } from '../pipelines/check-program.ts';
import { lineBuffered } from '../pipelines/expand-step.ts';
import { fifoFolder, fifoPath, removeFifos } from '../processes/fifo-folder.ts';
import type { LaunchHelper } from '../processes/launch-helper.ts';
import { lastRecordedStart, readStartRecord } from '../processes/process-record.ts';
import { isOfHere, markOf, type ProcessTable, type ProcessView, trustedMark } from '../processes/process-table.ts';
import type { RuntimeFolder } from '../processes/runtime-folder.ts';
import { sharedSnapshot } from '../processes/this-process-table.ts';
import { adoptedGroup, makeWorkerGroup, removeWorkerGroup } from '../processes/worker-group.ts';
import { adoptWorkerProcess, endStrays, startWorkerProcess, type WorkerProcess } from '../processes/worker-process.ts';
import { ownerFile, processRecordFile, reportFile, stepLogsFolder } from '../run-directory/paths.ts';
import { dumpStacks, type StackDump } from './dump-stacks.ts';
import { MemoryAdmission } from './memory-admission.ts';
import { placeVariables, type WorkerPlace, workerEnvironment } from './worker-environment.ts';
import type { DeviceFacts, EarlierStart, HostedWorker, KnownEnding, WorkerHost, WorkerStart } from './worker-host.ts';

/** A launcher whose start was not answered is in the list of processes after this time, if it was started at all. */
const UNANSWERED_START_MS = 200;

const BYTES_PER_GIB = 1024 ** 3;

/** A step on this machine. */
export interface LocalStep {
  run: string;
  step: number;
  /** The run's directory. */
  directory: string;
  /** The step's output folder, absolute. */
  outputDir: string;
  definition: Step;
  /** How many ranks the step has. */
  worldSize: number;
  runtime: RuntimeFolder;
  table: ProcessTable;
  /** Starts the launchers. */
  helper: LaunchHelper;
  /** The environment that workers inherit, without what belongs to Drover's own runtime. */
  env: Environment;
  stopGraceMs: number;
  /** The machine's evidence on the ends of workers. */
  machine: MachineSigns;
  devices: DeviceFacts | null;
}

/** This machine: workers are children of launchers that record them, and they live on when the engine dies. */
export class LocalHost implements WorkerHost {
  private readonly of: LocalStep;
  private readonly memory: MemoryAdmission;
  /** The control groups of each rank's processes: an adopted process may be in another group than those that are started here. */
  private readonly groups = new Map<number, Set<string>>();

  constructor(step: LocalStep) {
    this.of = step;
    this.memory = new MemoryAdmission({
      needed: step.definition.min_free_memory_gib * BYTES_PER_GIB,
      detect: () => this.detect(),
      snapshot: () => sharedSnapshot(step.table),
      membersOf: (worker, view) => this.membersIn(worker, view),
    });
  }

  get devices(): DeviceFacts | null {
    return this.of.devices;
  }

  open(rank: number): number {
    const record = this.recordPath(rank);
    makeFolders(dirname(record), 0o700);
    closeTornLine(record);
    return lastRecordedStart(record);
  }

  admission(worker: HostedWorker): Promise<string | null> {
    return this.memory.refusal(worker);
  }

  settled(worker: HostedWorker): void {
    this.memory.settle(worker);
  }

  withdrawn(worker: HostedWorker): void {
    this.memory.free(worker);
  }

  /** Makes a new FIFO. If a folder for FIFOs is open to others, or cannot be made, the worker is not started. */
  openInput(rank: number, start: number): { path: string } | { error: string } {
    const { env, run, step } = this.of;
    try {
      return { path: fifoPath(fifoFolder(env), run, step, rank, start) };
    } catch (error) {
      return { error: messageOf(error) };
    }
  }

  async start(worker: HostedWorker, start: WorkerStart): Promise<WorkerProcess | { error: string }> {
    const { of } = this;
    const { cwd } = start.command;
    const noFolder = this.makeWorkingDirectory(cwd);
    if (noFolder !== null) return { error: noFolder };
    const place = this.placeOf(worker);
    const group = this.noteGroup(worker.rank, makeWorkerGroup(this.groupOwner(worker.rank)));
    const env = {
      ...workerEnvironment(of.env, start.command.env, place),
      ...(group === null ? {} : { DROVER_CGROUP: group }),
    };
    const command = lineBuffered(of.definition, start.command.command, env, cwd);
    start.onCommand({ command, cwd, environment: placeVariables(place) });
    const parts = this.processParts(worker.rank, start.start, start.input);
    const started = await startWorkerProcess({
      ...parts,
      command,
      cwd,
      env,
      helper: of.helper,
      logPath: start.logPath,
    });
    // The helper may have died after it started a launcher and before it reported that.
    if ('error' in started) await sleep(UNANSWERED_START_MS);
    return started;
  }

  adopt(
    worker: HostedWorker,
    { start, input, identity: known, hasEndedItem }: EarlierStart,
  ): { process: WorkerProcess; identity: ProcessIdentity } | null {
    const { table } = this.of;
    const identity = known ?? readStartRecord(this.recordPath(worker.rank), start).process;
    if (identity === null || !isOfHere(table, identity)) return null;
    const process = adoptWorkerProcess({ ...this.processParts(worker.rank, start, input), identity });
    this.noteGroup(worker.rank, adoptedGroup(identity.pid, this.groupOwner(worker.rank)));
    this.memory.reserve(worker, { isSettled: hasEndedItem });
    return { process, identity };
  }

  /** Returns whether the start has ended. What the worker left behind is ended in any case. */
  hasEnded(rank: number, start: number): boolean {
    return readStartRecord(this.recordPath(rank), start).status !== null;
  }

  done(rank: number): void {
    for (const group of this.groups.get(rank) ?? []) removeWorkerGroup(group);
  }

  async dumpStacks(worker: HostedWorker): Promise<StackDump[]> {
    return dumpStacks(await this.members(worker), this.of.env);
  }

  endStrays(rank: number): Promise<number> {
    const { run, step, table, stopGraceMs } = this.of;
    return endStrays(table, { pgid: null, run, step, rank }, stopGraceMs);
  }

  removeInputs(rank: number): void {
    const { env, run, step } = this.of;
    removeFifos(env, run, { step, rank });
  }

  async hasDevice(device: DeviceRef): Promise<boolean> {
    return (await this.detect()).some((one) => isSameDevice(one, device));
  }

  async devicesUsedBy(worker: HostedWorker): Promise<readonly (string | null)[] | null> {
    const { known, processes } = await processesOnDevices({ ...this.of.env });
    const members = new Set(await this.members(worker));
    return known ? processes.filter(({ pid }) => members.has(pid)).map(({ uuid }) => uuid) : null;
  }

  memoryKills(): number | null {
    return this.of.machine.oomKills.baseline();
  }

  explain({ identity }: HostedWorker, ending: KnownEnding): Promise<Failure> {
    const { table, machine } = this.of;
    // In a container the kernel's log has other process numbers: ours would name unrelated processes there.
    const pids = new Set(identity === null || !table.hasKernelNumbers() ? [] : [identity.pid]);
    return explainEnding({ ...ending, pids }, machine);
  }

  close(): void {
    this.memory.close();
  }

  private async detect(): Promise<readonly Device[]> {
    return (await detectDevices({ env: { ...this.of.env } })).devices;
  }

  /** Returns the numbers of all processes that belong to a worker now. */
  private async members(worker: HostedWorker): Promise<number[]> {
    return this.membersIn(worker, await sharedSnapshot(this.of.table));
  }

  private membersIn({ identity, rank }: HostedWorker, view: ProcessView): number[] {
    if (identity === null) return [];
    const { run, step, table } = this.of;
    return view.membersOf(trustedMark(table, markOf(table, identity, { run, step, rank }))).map(({ pid }) => pid);
  }

  /** Returns the file in which the launcher of a rank records its processes. */
  private recordPath(rank: number): string {
    return processRecordFile(this.of.directory, this.of.step, workerId(rank));
  }

  private placeOf({ rank, device }: HostedWorker): WorkerPlace {
    const { run, step, directory, worldSize, table, outputDir } = this.of;
    return {
      run,
      step,
      rank,
      worldSize,
      device,
      pidNamespace: table.pidNamespace(),
      reportFile: reportFile(directory, step, rank),
      logFolder: stepLogsFolder(directory, step),
      outputFolder: outputDir,
    };
  }

  /** Returns what starting and adopting a process have in common. */
  private processParts(rank: number, start: number, fifo: string | null) {
    const { table, run, step, runtime, directory, stopGraceMs, definition } = this.of;
    return {
      table,
      run,
      step,
      rank,
      start,
      fifo,
      record: this.recordPath(rank),
      launcher: runtime.launcher,
      owner: ownerFile(directory),
      stopGraceMs,
      // Where every item is a process, reading all of /proc for leftovers costs too much.
      thorough: definition.dispatch !== 'each',
    };
  }

  /**
   * Makes a working directory that is in the run's own folders: nobody else could have made it before the run existed.
   * @returns why a worker cannot start there, or null
   */
  private makeWorkingDirectory(cwd: string): string | null {
    const { directory, outputDir } = this.of;
    if (!isOwnFolder(cwd, { runDirectory: directory, outputDir })) return null;
    try {
      makeFolders(cwd);
      return null;
    } catch (error) {
      return `The working directory ${cwd} cannot be made: ${messageOf(error)}`;
    }
  }

  private groupOwner(rank: number): Parameters<typeof makeWorkerGroup>[0] {
    const { run, step, table } = this.of;
    return { run, step, rank, namespace: table.pidNamespace() ?? '' };
  }

  private noteGroup(rank: number, group: string | null): string | null {
    if (group !== null) this.groups.set(rank, (this.groups.get(rank) ?? new Set()).add(group));
    return group;
  }
}
