import type { RunEvent } from '../../shared/run/run-events.ts';

/** The times of one worker's log and items, in the order of the journal. */
interface Times {
  /** Seconds since 1970 at which an item ended. */
  ends: number[];
  /** Sizes of the worker's log in bytes, one for each time in `at`; both ascend. */
  offsets: number[];
  /** Seconds since 1970, one for each offset. */
  at: number[];
}

/** When the items of each worker ended, and when which part of its log was written, as far as the journal shows. */
export class WorkerTimes {
  private readonly workers = new Map<string, Times>();

  note(event: RunEvent): void {
    switch (event.type) {
      case 'item-complete':
      case 'item-failed': {
        const times = this.of(event.step, event.rank);
        const at = Date.parse(event.time) / 1000;
        times.ends.push(at);
        addOffset(times, event.log_offset, at);
        break;
      }
      case 'worker-starting':
      case 'dispatching':
        addOffset(this.of(event.step, event.rank), event.log_offset, Date.parse(event.time) / 1000);
        break;
      default:
    }
  }

  /** Returns when items of a worker ended, in seconds since 1970. */
  itemEnds(step: number, rank: number): readonly number[] {
    return this.workers.get(keyOf(step, rank))?.ends ?? [];
  }

  /** Returns the latest time (seconds since 1970) before which a place of the log was certainly not written; null when unknown. */
  notBefore(step: number, rank: number, offset: number): number | null {
    const times = this.workers.get(keyOf(step, rank));
    if (times === undefined) return null;
    const { offsets, at } = times;
    let low = 0;
    let high = offsets.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((offsets[middle] ?? 0) <= offset) low = middle + 1;
      else high = middle;
    }
    return at[low - 1] ?? null;
  }

  private of(step: number, rank: number): Times {
    const key = keyOf(step, rank);
    const known = this.workers.get(key) ?? { ends: [], offsets: [], at: [] };
    this.workers.set(key, known);
    return known;
  }
}

/** Adds an offset; in a damaged journal offsets may decrease, and such an offset is ignored. */
function addOffset({ offsets, at }: Times, offset: number, time: number): void {
  if (Number.isNaN(time) || offset < (offsets.at(-1) ?? 0)) return;
  offsets.push(offset);
  at.push(time);
}

function keyOf(step: number, rank: number): string {
  return `${step}:${rank}`;
}
