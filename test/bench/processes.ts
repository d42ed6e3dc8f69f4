import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The kernel counts processor time in ticks of this many per second on every Linux. */
const TICKS_PER_SECOND = 100;
/** How long a process that was asked to end may take before it is killed (milliseconds): an engine stops its workers first. */
const END_GRACE_MS = 15_000;
/** What is kept of a program's messages, to say why it failed (characters). */
const MESSAGES_KEPT = 2_000;

/** An empty program stays so long, or its memory could not be seen (milliseconds). */
const EMPTY_MS = 500;
const REFERENCES = join(import.meta.dirname, 'references');

const running = new Set<ChildProcess>();
/** Set once everything is being ended: nothing is started any more. */
let closing = false;

export interface Started {
  pid: number;
  child: ChildProcess;
  /** Exit status; a signal is -1. */
  ended: Promise<number>;
  /** The end of what it wrote to standard error so far. */
  messages: () => string;
}

export interface StartOptions {
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Where standard output goes; nowhere by default. */
  stdout?: 'ignore' | 'pipe' | number;
}

/** Starts a program that ends with the bench at the latest. */
export function start(command: readonly string[], options: StartOptions = {}): Started {
  if (closing) throw new Error('the bench is ending');
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    env: options.env ?? process.env,
    cwd: options.cwd,
    stdio: ['ignore', options.stdout ?? 'ignore', 'pipe'],
  });
  running.add(child);
  let messages = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    messages = (messages + text).slice(-MESSAGES_KEPT);
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      resolve(code ?? -1);
    });
  });
  ended.catch(() => running.delete(child));
  return { pid: child.pid ?? 0, child, ended, messages: () => messages };
}

/** Runs a program to its end. @returns seconds it took. @throws when its status is not 0 */
export async function timed(command: readonly string[], options: StartOptions = {}): Promise<number> {
  const from = performance.now();
  const program = start(command, options);
  const status = await program.ended;
  const seconds = (performance.now() - from) / 1000;
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${program.messages()}`);
  return seconds;
}

/** Runs a program to its end. @returns what it printed. @throws when its status is not 0 */
export async function output(command: readonly string[], options: StartOptions = {}): Promise<string> {
  const program = start(command, { ...options, stdout: 'pipe' });
  let text = '';
  program.child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
    text += piece;
  });
  const status = await program.ended;
  if (status !== 0) throw new Error(`${command.join(' ')} ended with ${status}: ${program.messages()}`);
  return text;
}

/** The command line of a program that is measured against. @param name a file in test/bench/references, without its suffix */
export function referenceCommand(name: string, ...args: readonly string[]): string[] {
  return [process.execPath, join(REFERENCES, `${name}.mjs`), ...args];
}

/** Asks a process to end and waits for it; one that does not is killed. */
export async function end(started: Started, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  const { child } = started;
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), END_GRACE_MS);
  await started.ended.catch(() => undefined);
  clearTimeout(timer);
}

/** Ends whatever the bench has started and not ended. */
export async function endAll(): Promise<void> {
  closing = true;
  const left = [...running];
  for (const child of left) child.kill('SIGTERM');
  const deadline = performance.now() + END_GRACE_MS;
  while (left.some((child) => running.has(child)) && performance.now() < deadline) await sleep(20);
  for (const child of left) if (running.has(child)) child.kill('SIGKILL');
}

/** Processor seconds of a process so far, its threads with it, its children without. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name in the second field may hold anything; user and system time stand 12 and 13 fields after its last parenthesis.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** The most memory that a process has had so far, in MB; null when it has ended. */
export function peakMegabytes(pid: number): number | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const kib = /^VmHWM:\s+(\d+) kB/m.exec(status)?.[1];
    return kib === undefined ? null : (Number(kib) * 1024) / 1e6;
  } catch {
    return null;
  }
}

/** @returns MB of a Node that does nothing */
export function peakOfEmptyNode(): Promise<number> {
  return peakUntilEnd(start([process.execPath, '-e', `setTimeout(() => {}, ${EMPTY_MS})`]));
}

/** Follows the peak memory of a process until it has ended. @returns MB */
export async function peakUntilEnd(started: Started): Promise<number> {
  let peak = 0;
  let over = false;
  const watch = started.ended.finally(() => {
    over = true;
  });
  while (!over) {
    peak = Math.max(peak, peakMegabytes(started.pid) ?? 0);
    await sleep(50);
  }
  const status = await watch;
  if (status !== 0) throw new Error(`The process ended with ${status}: ${started.messages()}`);
  return peak;
}
