import { closeSync, fstatSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { makeFolders } from '../files/make-folders.ts';
import { writeLogOpening, writeSpawnFailure } from '../logs/worker-log-opening.ts';

/** The log of one rank, open for what the engine itself writes into it: its first lines, restarts, failures to start. */
export class SlotLog {
  readonly path: string;
  private readonly rank: number;
  private readonly file: number;
  private readonly onOpened: () => void;
  private openedByUs = false;

  /** @param onOpened called once this engine has written its first lines */
  constructor(path: string, rank: number, onOpened: () => void) {
    this.path = path;
    this.rank = rank;
    this.onOpened = onOpened;
    makeFolders(dirname(path), 0o700);
    this.file = openSync(path, 'a', 0o600);
    // The log of a rank that never gets anything to do is not empty either.
    if (this.size === 0) this.open(1, null);
  }

  /** Bytes in it now. */
  get size(): number {
    return fstatSync(this.file).size;
  }

  /** When something was written into it last, in nanoseconds since 1970. */
  get changedAt(): bigint {
    return fstatSync(this.file, { bigint: true }).mtimeNs;
  }

  /**
   * Writes what stands before a start: the first lines, or what separates it from an earlier engine or start.
   * @param reason why it is started again; null for a first start or another item
   */
  open(start: number, reason: string | null): void {
    const restart = reason === null ? undefined : { start, reason };
    if (this.openedByUs && restart === undefined) return;
    const { rank, path } = this;
    writeLogOpening(this.file, { rank, path, time: new Date(), engineStart: !this.openedByUs, restart });
    if (!this.openedByUs) this.onOpened();
    this.openedByUs = true;
  }

  /** Writes why a process could not be started. */
  refuse(message: string): void {
    const { rank, path } = this;
    writeSpawnFailure(this.file, { rank, path, time: new Date(), message });
  }

  close(): void {
    closeSync(this.file);
  }
}
