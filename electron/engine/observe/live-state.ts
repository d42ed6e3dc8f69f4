import type { LiveProgress } from '../../../shared/contract/events.ts';

type WorkerLine = LiveProgress['workers'][number];

/** What happens inside items right now: not journaled, shown live, gone with the process. */
export class LiveState {
  private readonly lines = new Map<string, WorkerLine>();
  /** Workers that report progress themselves. */
  private readonly reporting = new Set<string>();
  /** Counts changes, so that a reader knows whether something has changed. */
  version = 0;

  /** Sets the file that a worker has begun; null when it has none. */
  setFile(step: number, rank: number, file: string | null): void {
    const on_device = this.lines.get(key(step, rank))?.on_device ?? null;
    this.lines.set(key(step, rank), { step, rank, file, done: null, total: null, on_device });
    this.version += 1;
  }

  /** Sets whether the worker was found on the device it was given. */
  setOnDevice(step: number, rank: number, onDevice: boolean): void {
    const line = this.lines.get(key(step, rank)) ?? { step, rank, file: null, done: null, total: null };
    this.lines.set(key(step, rank), { ...line, on_device: onDevice });
    this.version += 1;
  }

  /** Sets the progress inside the file that the worker has. */
  setProgress(step: number, rank: number, done: number | null, total: number | null): void {
    this.reporting.add(key(step, rank));
    this.put(step, rank, done, total);
  }

  private put(step: number, rank: number, done: number | null, total: number | null): void {
    const line = this.lines.get(key(step, rank));
    if (line === undefined || line.file === null) return;
    this.lines.set(key(step, rank), { ...line, done, total });
    this.version += 1;
  }

  /** Sets the progress read from a bar in the log. What the worker reports itself takes precedence. */
  setProgressFromLog(step: number, rank: number, progress: { done: number; total: number }): void {
    if (!this.reporting.has(key(step, rank))) this.put(step, rank, progress.done, progress.total);
  }

  /** Returns all workers, in the order of their first file. */
  workers(): WorkerLine[] {
    return [...this.lines.values()];
  }
}

function key(step: number, rank: number): string {
  return `${step}:${rank}`;
}
