import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { onLines } from '../files/line-reader.ts';

/** A stream that has printed lines for this long was healthy: the wait after its next failure is the first one again (ms). */
const HEALTHY_MS = 30_000;

/** Killed streams that the kernel has not ended yet. With this many, no further one is started, because it would hang in the same way. */
const UNKILLABLE_LIMIT = 2;

/** How long stopping waits for the end of a killed tool (ms). One in uninterruptible sleep is then left behind. */
const STOP_WAIT_MS = 1_000;

/** Why a stream prints nothing at the moment. */
export type StreamFault =
  | { readonly kind: 'missing' }
  | { readonly kind: 'died'; readonly ending: string }
  | { readonly kind: 'silent'; readonly seconds: number };

/** A long-lived tool that prints lines, and how long to wait for it. All times in milliseconds. */
export interface ToolStreamOptions {
  /** Where the tool is searched for, in this order. */
  files: readonly string[];
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** How long to wait for the very first line, and for each further one. */
  firstLineMs: number;
  silentMs: number;
  /** Waits before it is started again: the first, doubled up to the longest. */
  restartFirstMs: number;
  restartLongestMs: number;
  onLine: (line: string) => void;
  onFault: (fault: StreamFault) => void;
}

type State =
  | { readonly kind: 'streaming'; readonly child: ChildProcess; readonly since: number; watchdog: NodeJS.Timeout }
  | { readonly kind: 'waiting'; readonly restart: NodeJS.Timeout }
  | { readonly kind: 'stopped' };

/**
 * Keeps one tool streaming. It is started again with back-off when it dies, and killed and started again when it prints nothing. Nothing here ever
 * waits for the tool. One that the kernel does not end (uninterruptible sleep in a driver) is left behind. With a few of these no more are started
 * until one is gone.
 */
export class ToolStream {
  readonly #options: ToolStreamOptions;
  readonly #killed = new Set<ChildProcess>();
  #state: State;
  #file = 0;
  #wait: number;

  constructor(options: ToolStreamOptions) {
    this.#options = options;
    this.#wait = options.restartFirstMs;
    this.#state = this.#start();
  }

  /** Ends the tool and all callbacks. Resolves when the tool is gone, or after a moment when it cannot be ended. */
  async stop(): Promise<void> {
    const state = this.#state;
    this.#state = { kind: 'stopped' };
    if (state.kind === 'waiting') clearTimeout(state.restart);
    if (state.kind !== 'streaming') return;
    clearTimeout(state.watchdog);
    const gone = state.child.pid === undefined ? undefined : once(state.child, 'exit');
    this.#kill(state.child);
    await Promise.race([gone, delay(STOP_WAIT_MS, undefined, { ref: false })]);
  }

  #start(): State {
    const child = this.#spawn();
    if (child === null) return { kind: 'waiting', restart: this.#restartLater() };
    child.once('error', (error: NodeJS.ErrnoException) => this.#failedToStart(child, error));
    child.once('exit', (code, signal) => this.#exited(child, signal ?? `exit status ${code}`));
    // Without free file descriptors there are no streams; the error event follows.
    for (const stream of [child.stdout, child.stderr])
      if (stream instanceof Readable) onLines(stream, (line) => this.#line(child, line));
    return { kind: 'streaming', child, since: performance.now(), watchdog: this.#guard(this.#options.firstLineMs) };
  }

  /** Most failed starts are reported by an event. The rare others (no memory) are thrown and must not end the engine. */
  #spawn(): ChildProcess | null {
    const { files, args, env } = this.#options;
    try {
      return spawn(files[this.#file] ?? '', args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    } catch (error) {
      setImmediate(() => this.#options.onFault({ kind: 'died', ending: String(error) }));
      return null;
    }
  }

  #line(child: ChildProcess, line: string): void {
    const state = this.#state;
    if (state.kind === 'stopped') return;
    if (state.kind === 'streaming' && state.child === child) {
      clearTimeout(state.watchdog);
      state.watchdog = this.#guard(this.#options.silentMs);
      if (performance.now() - state.since > HEALTHY_MS) this.#wait = this.#options.restartFirstMs;
    }
    this.#options.onLine(line);
  }

  #guard(patience: number): NodeJS.Timeout {
    return setTimeout(() => this.#fellSilent(patience), patience).unref();
  }

  #fellSilent(patience: number): void {
    if (this.#state.kind !== 'streaming') return;
    this.#kill(this.#state.child);
    this.#fault({ kind: 'silent', seconds: patience / 1_000 });
  }

  #failedToStart(child: ChildProcess, error: NodeJS.ErrnoException): void {
    if (this.#state.kind !== 'streaming' || this.#state.child !== child || child.pid !== undefined) return;
    clearTimeout(this.#state.watchdog);
    if (error.code !== 'ENOENT') return this.#fault({ kind: 'died', ending: error.code ?? error.message });
    this.#file = (this.#file + 1) % this.#options.files.length;
    if (this.#file === 0) return this.#fault({ kind: 'missing' });
    this.#state = this.#start();
  }

  #exited(child: ChildProcess, ending: string): void {
    this.#killed.delete(child);
    if (this.#state.kind !== 'streaming' || this.#state.child !== child) return;
    clearTimeout(this.#state.watchdog);
    this.#fault({ kind: 'died', ending });
  }

  #fault(fault: StreamFault): void {
    this.#state = { kind: 'waiting', restart: this.#restartLater() };
    this.#options.onFault(fault);
  }

  #restartLater(): NodeJS.Timeout {
    const wait = this.#wait;
    this.#wait = Math.min(wait * 2, this.#options.restartLongestMs);
    return setTimeout(() => this.#restart(), wait).unref();
  }

  #restart(): void {
    if (this.#state.kind !== 'waiting') return;
    const hasTooMany = this.#killed.size >= UNKILLABLE_LIMIT;
    this.#state = hasTooMany ? { kind: 'waiting', restart: this.#restartLater() } : this.#start();
  }

  #kill(child: ChildProcess): void {
    if (child.exitCode === null && child.signalCode === null && child.pid !== undefined) this.#killed.add(child);
    child.kill('SIGKILL');
    child.stdout?.destroy();
    child.stderr?.destroy();
    child.unref();
  }
}
