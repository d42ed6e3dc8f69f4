import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { jsonLine } from '../../../shared/json-line.ts';
import type { Environment } from '../files/data-home.ts';
import { onLines } from '../files/line-reader.ts';
import type { ProcessTable } from './process-table.ts';

/** How often the pid of a worker that is not our child is checked. The system does not notify us of its end. */
export const ADOPTED_POLL_MS = 200;

const replySchema = z.object({
  id: z.number(),
  pid: z.number().optional(),
  error: z.string().optional(),
  ended: z.literal(true).optional(),
});

interface Call {
  launched: PromiseWithResolvers<Launched | { error: string }>;
  ended: PromiseWithResolvers<void>;
  launcher: { pid: number; started: number | null } | null;
}

export interface LaunchHelperOptions {
  /** The Node that runs the helper. */
  node: string;
  /** The helper's program, see resources/runtime/launch-helper.mjs. */
  script: string;
  /** The environment that all workers inherit. */
  base: Environment;
  table: ProcessTable;
  /** The platform whose launchers are started; this machine's by default. */
  platform?: NodeJS.Platform;
}

/**
 * Starts workers' launchers through a small process of its own. Forking the engine itself would block it for a time that grows with its memory. When
 * the helper dies, the launchers go on. Their pids are then polled, and the next start makes a new helper.
 */
export class LaunchHelper {
  private readonly options: LaunchHelperOptions;
  private readonly calls = new Map<number, Call>();
  private helper: ChildProcess | null = null;
  private nextId = 1;

  constructor(options: LaunchHelperOptions) {
    this.options = options;
    this.helper = this.start();
  }

  /** Starts a launcher and with it a worker. @returns the system's message when it could not be started */
  launch(spec: LaunchSpec): Promise<Launched | { error: string }> {
    this.helper ??= this.start();
    const id = this.nextId;
    this.nextId += 1;
    const call: Call = { launched: Promise.withResolvers(), ended: Promise.withResolvers(), launcher: null };
    this.calls.set(id, call);
    const { node, base, platform = process.platform } = this.options;
    const { program, args, env } = launchCommand(spec, { node, platform });
    this.send({ id, program, args, cwd: spec.cwd, env: added(base, env), log: spec.logPath });
    return call.launched.promise;
  }

  /** Ends the helper. Running launchers go on. */
  close(): void {
    // Nobody waits for their ends any more, so they are not polled either.
    this.calls.clear();
    this.helper?.stdin?.end();
    this.helper = null;
  }

  private start(): ChildProcess {
    const { node, script, base } = this.options;
    const helper = spawn(node, [script], {
      detached: true,
      windowsHide: true,
      env: { ...base, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    helper.once('error', (error) => this.lose(helper, error.message));
    helper.once('exit', (code, signal) => this.lose(helper, `it ended with ${signal ?? code ?? 'no status'}`));
    helper.stdin.on('error', () => undefined);
    onLines(helper.stdout, (line) => this.receive(line));
    helper.stdin.write(`${jsonLine({ base })}\n`);
    return helper;
  }

  private send(message: Record<string, unknown>): void {
    this.helper?.stdin?.write(`${jsonLine(message)}\n`);
  }

  private receive(line: string): void {
    const reply = parseReply(line);
    const call = reply === null ? undefined : this.calls.get(reply.id);
    if (reply === null || call === undefined) return;
    if (reply.pid !== undefined) {
      call.launcher = { pid: reply.pid, started: this.startTimeOf(reply.pid) };
      call.launched.resolve({ ...call.launcher, ended: call.ended.promise });
      return;
    }
    this.calls.delete(reply.id);
    if (reply.error !== undefined) call.launched.resolve({ error: reply.error });
    call.ended.resolve();
  }

  /** Handles the end of the helper: requests without an answer have failed, and the launchers that it started are polled from here. */
  private lose(helper: ChildProcess, why: string): void {
    if (this.helper === helper) this.helper = null;
    for (const [id, call] of this.calls) {
      this.calls.delete(id);
      if (call.launcher === null)
        call.launched.resolve({ error: `the process that starts workers could not be used: ${why}` });
      else void this.watch(call.launcher, call.ended);
    }
  }

  /** Read at once, because another process may get the number later. Where that takes a process of its own, it is read only when it is needed. */
  private startTimeOf(pid: number): number | null {
    const { table } = this.options;
    return table.seesEnvironment ? table.startTime(pid) : null;
  }

  private async watch(
    launcher: { pid: number; started: number | null },
    ended: PromiseWithResolvers<void>,
  ): Promise<void> {
    const { pid } = launcher;
    const started = launcher.started ?? this.options.table.startTime(pid);
    while (started !== null && this.options.table.startTime(pid) === started) await sleep(ADOPTED_POLL_MS);
    ended.resolve();
  }
}

/** Parses a reply of the helper; null for an invalid one. */
function parseReply(line: string): z.infer<typeof replySchema> | null {
  try {
    return replySchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/** Returns what differs from the base: most of the work would be to send the whole environment for each of 100,000 items. */
function added(base: Environment, env: Environment): Record<string, string> {
  const differences: Record<string, string> = {};
  for (const [name, value] of Object.entries(env))
    if (value !== undefined && base[name] !== value) differences[name] = value;
  return differences;
}

/** What is needed to start a launcher and with it a worker. */
export interface LaunchSpec {
  launcher: string;
  /** File that the launcher appends pid and exit status to. */
  record: string;
  start: number;
  /** Path of the FIFO, or name of the pipe, to make, or null when the worker reads nothing. */
  fifo: string | null;
  /** The file by which the launcher knows whether an engine is there. */
  owner: string;
  command: readonly string[];
  cwd: string;
  env: Environment;
  /** The worker's log: both its outputs are a descriptor of this file, so that no byte passes through us. */
  logPath: string;
}

/** A launcher that was started. */
interface Launched {
  pid: number;
  /** Its start time, where it costs nothing to read; null when it has ended already. */
  started: number | null;
  /** Resolves when the launcher itself has ended. */
  ended: Promise<void>;
}

export interface LaunchCommand {
  program: string;
  args: string[];
  env: Environment;
}

/**
 * Returns the program that starts a launcher, with its arguments and environment: sh, and on Windows a Node.
 * @param node in the packaged app this is Electron, which is a plain Node only with a variable; the launcher removes it for the worker
 */
export function launchCommand(
  spec: LaunchSpec,
  { node, platform }: { node: string; platform: NodeJS.Platform },
): LaunchCommand {
  const { launcher, record, start, fifo, owner, command, env } = spec;
  const args = [launcher, record, String(start), fifo ?? '-', owner, ...command];
  if (platform !== 'win32') return { program: '/bin/sh', args, env };
  return { program: node, args, env: { ...env, ELECTRON_RUN_AS_NODE: '1' } };
}
