import type { ItemState } from '../../../shared/items/item.ts';
import { type Findings, findCause, type Sign } from '../failures/find-cause.ts';
import { nameDevice } from '../failures/translate-device.ts';
import { readTextEnd } from '../files/open-if-there.ts';
import type { Worker } from './worker.ts';

/** How much of the end of an item's log is searched for errors that the program caught (bytes). Most items print less. */
const SEARCHED_BYTES = 64 * 1024;

/** How many caught errors of a worker are logged one by one. A program may catch one per item. */
const MAX_LOGGED = 20;

/** A text without any of these does not report a lack of device memory. This check is cheap. */
const LACK_OF_MEMORY = /out of memory|OUT_OF_MEMORY|ALLOC_FAILED|RESOURCE_EXHAUSTED|OUT_OF_DEVICE_MEMORY/;

/** Logs when a program ran out of device memory at an item, caught that, and finished the item all the same. */
export class CaughtErrors {
  private readonly logged = new Map<number, number>();

  /** Searches what was printed during an item that is complete. */
  check(worker: Worker, item: ItemState): void {
    const span = item.spans.at(-1);
    if (span === undefined) return;
    const from = Math.max(span[1], worker.workFrom);
    if (worker.logOffset === from) return;
    const text = readTextEnd(worker.logPath, from, SEARCHED_BYTES);
    if (!LACK_OF_MEMORY.test(text)) return;
    const findings = findCause(text);
    // It may belong to the next item, which the worker has already begun.
    if (worker.unsureFrom !== null && findings.isConclusive) return;
    const sign = lackOfMemory(findings);
    if (sign !== null) this.log(worker, item.file, nameDevice(sign.line, sign.reason, worker.seen));
  }

  private log(worker: Worker, file: string, line: string): void {
    const times = (this.logged.get(worker.rank) ?? 0) + 1;
    this.logged.set(worker.rank, times);
    if (times > MAX_LOGGED) return;
    const more = times === MAX_LOGGED ? { note: 'further ones of this worker are not logged' } : {};
    const message = 'the program ran out of device memory, caught it and finished the item';
    worker.writeTo('validator', 'WARNING', message, { file, line, ...more });
  }
}

function lackOfMemory({ cause, survived }: Findings): Sign | null {
  const signs = cause === null ? survived : [cause, ...survived];
  return signs.find(({ reason }) => reason === 'cuda-out-of-memory') ?? null;
}
