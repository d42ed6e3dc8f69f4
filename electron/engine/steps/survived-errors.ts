import type { ItemState } from '../../../shared/items/item.ts';
import { type Findings, findCause, type Sign } from '../failures/find-cause.ts';
import { nameDevice } from '../failures/translate-device.ts';
import { readTextEnd } from '../files/open-if-there.ts';
import type { ComponentLog } from '../logs/component-log.ts';
import type { WorkerSlot } from '../workers/worker-slot.ts';

/** How much of the end of an item's log is looked through for errors that the program survived; most items print less. */
const SURVIVED_BYTES = 64 * 1024;

/** So many survived errors of a worker are told one by one; a program may catch one per item. */
const SURVIVED_TOLD = 20;

/** Without this in it no text tells of a lack of device memory; the look for it costs next to nothing. */
const LACK_OF_MEMORY = /out of memory|OUT_OF_MEMORY|ALLOC_FAILED|RESOURCE_EXHAUSTED|OUT_OF_DEVICE_MEMORY/;

/** Says in the validator log when a program ran out of device memory at an item, caught that, and finished the item all the same. */
export class SurvivedErrors {
  private readonly log: ComponentLog;
  private readonly told = new Map<number, number>();

  constructor(log: ComponentLog) {
    this.log = log;
  }

  /** Looks through what was printed during an item that is complete. */
  look(slot: WorkerSlot, item: ItemState): void {
    const span = item.spans.at(-1);
    if (span === undefined) return;
    const from = Math.max(span[1], slot.workFrom);
    if (slot.logOffset === from) return;
    const text = readTextEnd(slot.logPath, from, SURVIVED_BYTES);
    if (!LACK_OF_MEMORY.test(text)) return;
    const findings = findCause(text);
    // It may be the next item's, that the worker has begun with.
    if (slot.unsureFrom !== null && findings.isLastWord) return;
    const sign = lackOfMemory(findings);
    if (sign !== null) this.tell(slot, item.file, nameDevice(sign.line, sign.reason, slot.seen));
  }

  private tell(slot: WorkerSlot, file: string, line: string): void {
    const times = (this.told.get(slot.rank) ?? 0) + 1;
    this.told.set(slot.rank, times);
    if (times > SURVIVED_TOLD) return;
    const more = times === SURVIVED_TOLD ? { note: 'further ones of this worker are not told' } : {};
    const message = 'the program ran out of device memory, caught it and finished the item';
    this.log.write('WARNING', message, { file, line, ...more }, slot);
  }
}

function lackOfMemory({ cause, survived }: Findings): Sign | null {
  const signs = cause === null ? survived : [cause, ...survived];
  return signs.find(({ reason }) => reason === 'cuda-out-of-memory') ?? null;
}
