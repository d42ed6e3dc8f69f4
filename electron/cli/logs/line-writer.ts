import { Buffer } from 'node:buffer';

/** How much is collected before it is written: a write per line would cost more than the lines themselves (bytes). */
const WRITE_BYTES = 64 * 1024;

/** Accepts output in order. A promise means: wait before you add more. */
export interface LineSink {
  add(output: string | Uint8Array): Promise<void> | null;
}

/** Collects lines and writes them together, at the latest when the event loop is idle. */
export class LineWriter implements LineSink {
  private parts: (string | Uint8Array)[] = [];
  private bytes = 0;
  private scheduled = false;
  private writing: Promise<void> = Promise.resolve();
  private readonly write: (bytes: Uint8Array | string) => Promise<void>;

  constructor(write: (bytes: Uint8Array | string) => Promise<void>) {
    this.write = write;
  }

  add(output: string | Uint8Array): Promise<void> | null {
    // The bytes are a view of a buffer that may be reused.
    this.parts.push(typeof output === 'string' ? output : Uint8Array.from(output));
    this.bytes += output.length;
    if (this.bytes >= WRITE_BYTES) return this.flush();
    if (!this.scheduled) {
      this.scheduled = true;
      setImmediate(() => this.flushSoon());
    }
    return null;
  }

  /** Writes what was collected; resolves when it is written, rejects when it cannot be written. */
  flush(): Promise<void> {
    const { parts } = this;
    if (parts.length > 0) {
      this.parts = [];
      this.bytes = 0;
      this.writing = this.writing.then(() => this.write(joined(parts)));
    }
    return this.writing;
  }

  private flushSoon(): void {
    this.scheduled = false;
    // The next caller that waits gets the failure.
    this.flush().catch(() => undefined);
  }
}

function joined(parts: readonly (string | Uint8Array)[]): string | Uint8Array {
  const texts = parts.filter((part) => typeof part === 'string');
  if (texts.length === parts.length) return texts.join('');
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : part)));
}

/** Keeps the last of the lines that are added. */
export class LastLines implements LineSink {
  private readonly lines: (string | Uint8Array)[] = [];
  private next = 0;
  private readonly count: number;

  constructor(count: number) {
    this.count = count;
  }

  add(output: string | Uint8Array): null {
    if (this.count === 0) return null;
    this.lines[this.next] = output;
    this.next = (this.next + 1) % this.count;
    return null;
  }

  /** Passes the kept lines on, in order. */
  async drainTo(sink: LineSink): Promise<void> {
    const oldest = this.lines.length < this.count ? 0 : this.next;
    for (const line of [...this.lines.slice(oldest), ...this.lines.slice(0, oldest)]) await sink.add(line);
  }
}
