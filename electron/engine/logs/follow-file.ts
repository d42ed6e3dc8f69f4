import { Buffer } from 'node:buffer';
import { type FileHandle, stat } from 'node:fs/promises';
import { isMissing, openIfThere } from '../files/open-if-there.ts';
import { GrowthWatcher, type GrowthWatcherOptions } from './growth-watcher.ts';

/** The largest piece that a follower reads: a fast-growing file is read piece by piece, each piece awaited. */
const FOLLOW_CHUNK_BYTES = 128 * 1024;

interface FollowOptions extends GrowthWatcherOptions {
  /** Byte offset to begin at; 0 by default. */
  from?: number | undefined;
  /** Ends the follower, like `stop`. */
  signal?: AbortSignal | undefined;
  /** Takes the bytes in order and is awaited, so that a flood of output waits in the file and not in memory. */
  onBytes: (chunk: { offset: number; bytes: Uint8Array }) => void | Promise<void>;
}

export interface Follower {
  /** Byte offset of the next piece. */
  readonly position: number;
  /** Passes on what is left, then ends. Called when the writer has ended. */
  finish(): Promise<void>;
  /** Ends at once, after the present piece. */
  stop(): Promise<void>;
  /** Settles when the follower has ended; rejects when the file cannot be read or `onBytes` failed. */
  readonly done: Promise<void>;
}

/**
 * Follows a file: passes on what is appended to it, as it comes. Waits for a file that does not exist yet. When the file becomes shorter, it starts
 * again at 0. When another file replaces it, it reads the old one to its end and continues with the new one from 0. The caller ends it.
 */
export function followFile(path: string, options: FollowOptions): Follower {
  return new FileFollower(path, options);
}

class FileFollower implements Follower {
  position: number;
  readonly done: Promise<void>;
  private readonly path: string;
  private readonly options: FollowOptions;
  private readonly buffer = Buffer.allocUnsafeSlow(FOLLOW_CHUNK_BYTES);
  private file: { handle: FileHandle; identity: string } | null = null;
  private readonly watcher: GrowthWatcher;
  private ending: 'no' | 'finish' | 'stop' = 'no';
  private woken = Promise.withResolvers<void>();

  constructor(path: string, options: FollowOptions) {
    this.path = path;
    this.options = options;
    this.position = options.from ?? 0;
    this.watcher = new GrowthWatcher(path, () => this.woken.resolve(), options);
    this.done = this.run();
  }

  finish(): Promise<void> {
    return this.end('finish');
  }

  stop(): Promise<void> {
    return this.end('stop');
  }

  private end(how: 'finish' | 'stop'): Promise<void> {
    if (this.ending !== 'stop') this.ending = how;
    this.woken.resolve();
    return this.done;
  }

  private async run(): Promise<void> {
    const { signal } = this.options;
    const onAbort = (): void => void this.end('stop').catch(() => undefined);
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) this.ending = 'stop';
    try {
      await this.followUntilEnd();
    } finally {
      signal?.removeEventListener('abort', onAbort);
      this.watcher.stop();
      await this.closeFile();
    }
  }

  private async followUntilEnd(): Promise<void> {
    while (this.ending !== 'stop') {
      // Checked before the read: so everything that the writer wrote before it ended is read.
      const last = this.ending === 'finish';
      this.woken = Promise.withResolvers<void>();
      await this.catchUp(last);
      if (last) return;
      if (this.ending === 'no') await this.woken.promise;
    }
  }

  /**
   * Reads what there is, in the open file and in one that replaced it. Only the last call reads until no byte comes any more. Before that, a piece
   * that is not full counts as the end. Otherwise a fast-growing file would be read in tiny pieces.
   */
  private async catchUp(toLastByte: boolean): Promise<void> {
    while (this.ending !== 'stop') {
      this.file ??= await this.openFile();
      if (this.file === null) return;
      const passedOn = await this.passOnChunk(this.file.handle);
      const more = passedOn === this.buffer.length || (toLastByte && passedOn > 0);
      if (!more && !(await this.beginAgain(this.file))) return;
    }
  }

  private async openFile(): Promise<{ handle: FileHandle; identity: string } | null> {
    const handle = await openIfThere(this.path);
    return handle === null ? null : { handle, identity: identityOf(await handle.stat()) };
  }

  private async passOnChunk(handle: FileHandle): Promise<number> {
    const { bytesRead } = await handle.read(this.buffer, 0, this.buffer.length, this.position);
    if (bytesRead === 0) return 0;
    const offset = this.position;
    this.position += bytesRead;
    await this.options.onBytes({ offset, bytes: Uint8Array.from(this.buffer.subarray(0, bytesRead)) });
    return bytesRead;
  }

  /** Checks at the end of the open file whether it was truncated or replaced by another, so that there is more to read. */
  private async beginAgain(file: { handle: FileHandle; identity: string }): Promise<boolean> {
    const { size } = await file.handle.stat();
    if (size < this.position) {
      this.position = 0;
      return size > 0;
    }
    const identity = await identityAt(this.path);
    if (identity === null || identity === file.identity) return false;
    if (size === this.position) {
      await this.closeFile();
      this.position = 0;
    }
    return true;
  }

  private async closeFile(): Promise<void> {
    const { file } = this;
    this.file = null;
    await file?.handle.close();
  }
}

async function identityAt(path: string): Promise<string | null> {
  try {
    return identityOf(await stat(path));
  } catch (error) {
    if (isMissing(error)) return null;
    throw error;
  }
}

function identityOf(stats: { dev: number; ino: number }): string {
  return `${stats.dev}:${stats.ino}`;
}
