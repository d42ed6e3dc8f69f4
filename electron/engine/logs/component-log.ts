import { Buffer } from 'node:buffer';
import { closeSync, openSync, write } from 'node:fs';
import { promisify } from 'node:util';
import { jsonLine } from '../../../shared/json-line.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { lastLineIsWhole } from '../files/last-line-whole.ts';
import { debug } from './debug-log.ts';

/** Component log lines wait at most this long before they are written (milliseconds). */
const COMPONENT_FLUSH_MS = 100;
/** …or until this much is waiting (bytes). */
const COMPONENT_FLUSH_BYTES = 64 * 1024;
/** The most that is kept in memory for a disk that does not take it: further lines are counted and dropped (bytes). */
const COMPONENT_WAITING_MAX_BYTES = 4 * 1024 * 1024;

const writeAsync = promisify(write);
const NEWLINE = 10;

export type LogLevel = 'DEBUG' | 'INFO' | 'WARNING' | 'ERROR';

interface ComponentLogOptions {
  path: string;
  /** `orchestrator`, `adapter`, `metrics`, `validator`, `run`, `reconciliation`. */
  component: string;
  run: string;
  /** Counted from 1; null for a log of the whole run. */
  step: number | null;
  /** Called once, with a message, when the log cannot be written: a full disk must not end a run. */
  onProblem?: (message: string) => void;
  /** The clock, replaced in tests. */
  now?: () => Date;
}

/** One of our own logs: JSON lines, appended. */
export interface ComponentLog {
  /** Adds a line. Never throws; what cannot be written is counted. @param about the worker it concerns, such as `worker_0` */
  write(
    level: LogLevel,
    message: string,
    fields?: Readonly<Record<string, unknown>>,
    about?: { worker?: string | undefined },
  ): void;
  /** How many lines could not be written. */
  readonly lost: number;
  /** Writes the waiting lines and closes the file. */
  close(): Promise<void>;
}

/**
 * Opens a component log for appending and writes its first line, so that no log is empty. Lines reach the file within 100 ms, and all of them when it
 * is closed.
 */
export function openComponentLog(options: ComponentLogOptions): ComponentLog {
  const log = new BufferedComponentLog(options);
  log.write('INFO', `${options.component} logging initialized: ${options.path}`);
  return log;
}

class BufferedComponentLog implements ComponentLog {
  lost = 0;
  private readonly options: ComponentLogOptions;
  private fd: number | null = null;
  private waiting: string[] = [];
  private waitingBytes = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  /** Whether the file's last line is incomplete: the next line needs a newline before it. */
  private torn = false;
  private problemReported = false;

  constructor(options: ComponentLogOptions) {
    this.options = options;
    this.open();
  }

  write(
    level: LogLevel,
    message: string,
    fields?: Readonly<Record<string, unknown>>,
    about?: { worker?: string | undefined },
  ): void {
    const { component, run, step } = this.options;
    // The values that devices report every second are not decisions.
    if (component !== 'metrics')
      debug(component, message, () => ({ run, step, worker: about?.worker, as: level, ...fields }));
    if (this.fd === null || this.waitingBytes > COMPONENT_WAITING_MAX_BYTES) {
      this.lost += 1;
      return;
    }
    const line = this.line(level, message, fields, about?.worker);
    this.waiting.push(line);
    this.waitingBytes += line.length;
    if (this.waitingBytes >= COMPONENT_FLUSH_BYTES) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), COMPONENT_FLUSH_MS);
  }

  async close(): Promise<void> {
    this.flush();
    await this.writing;
    if (this.fd !== null) {
      closeSync(this.fd);
      this.fd = null;
    }
  }

  private open(): void {
    try {
      this.fd = openSync(this.options.path, 'a');
      this.torn = !lastLineIsWhole(this.options.path);
    } catch (error) {
      this.reportProblem(error);
    }
  }

  private line(level: LogLevel, message: string, fields: unknown, worker: string | undefined): string {
    const { component, run, step, now } = this.options;
    const time = (now?.() ?? new Date()).toISOString();
    const head = { time, level, component, run, step, worker: worker ?? null, message };
    return `${stringify(fields === undefined ? head : { ...head, fields })}\n`;
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.waiting.length === 0) return;
    const lines = this.waiting;
    const text = lines.join('');
    this.waiting = [];
    this.writing = this.writing.then(async () => {
      await this.append(text, lines.length);
      // Subtracted only now: until a slow disk has taken it, it is still in memory.
      this.waitingBytes -= text.length;
    });
  }

  private async append(text: string, lines: number): Promise<void> {
    if (this.fd === null) return;
    const bytes = Buffer.from(this.torn ? `\n${text}` : text);
    let written = 0;
    try {
      while (written < bytes.length) written += (await writeAsync(this.fd, bytes, written)).bytesWritten;
      this.torn = false;
    } catch (error) {
      const whole = bytes.subarray(0, written).toString('latin1').split('\n').length - 1 - (this.torn ? 1 : 0);
      this.lost += lines - Math.max(0, whole);
      this.torn = written > 0 ? bytes[written - 1] !== NEWLINE : this.torn;
      this.reportProblem(error);
    }
  }

  private reportProblem(error: unknown): void {
    if (!this.problemReported) {
      this.problemReported = true;
      const reason = messageOf(error);
      this.options.onProblem?.(
        `The log ${this.options.path} cannot be written (${reason}). The run goes on without these lines; free disk space or check the folder's permissions.`,
      );
    }
  }
}

/** Fields come from many places. One that JSON cannot represent must not stop a run. */
function stringify(value: unknown): string {
  try {
    return jsonLine(value, (_key, part) => (typeof part === 'bigint' ? String(part) : part));
  } catch (error) {
    return jsonLine({ ...(value as object), fields: { unprintable: String(error) } });
  }
}
