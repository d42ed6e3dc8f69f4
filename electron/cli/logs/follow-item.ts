import type { ItemState } from '../../../shared/items/item.ts';
import type { StepState } from '../../../shared/run/run-model.ts';
import { followFile } from '../../engine/logs/follow-file.ts';
import { type ItemSpan, itemSpans } from './item-spans.ts';
import type { RunWatch } from './run-watch.ts';
import type { SourcePrinter } from './source-printer.ts';

/** How an item is shown, attempt by attempt. */
export interface ItemView {
  watch: RunWatch | null;
  step: StepState;
  item: ItemState;
  /** Whether an attempt was requested. */
  wants: (span: ItemSpan) => boolean;
  /** Called before each attempt that is shown; null when its log was not requested. */
  begin: (span: ItemSpan) => SourcePrinter | null;
}

/**
 * Shows what was printed about an item. While its run is watched, also shows new output and further attempts, until the item or the run has
 * ended. The end of an item is known a moment later, so the first lines of the worker's next item may be shown too.
 */
export async function showItem(view: ItemView): Promise<void> {
  let shown = 0;
  let goesOn = true;
  while (goesOn) {
    goesOn = view.watch !== null && !isFinal(view.item) && (await changes(view.watch, shown < view.item.spans.length));
    view.watch?.catchUp();
    for (const span of itemSpans(view.step, view.item).slice(shown)) {
      if (view.wants(span)) await showSpan(view, span);
      shown += 1;
    }
  }
}

async function showSpan(view: ItemView, span: ItemSpan): Promise<void> {
  const printer = view.begin(span);
  if (printer === null) return;
  if (span.to !== null || view.watch === null) await printer.printRange(span);
  else await followSpan(view, view.watch, span, printer);
  await printer.finish();
}

/** Follows a worker's log until the attempt has a result, then shows the rest of it. */
async function followSpan(view: ItemView, watch: RunWatch, span: ItemSpan, printer: SourcePrinter): Promise<void> {
  printer.beginAt(span.from);
  let limit = Number.MAX_SAFE_INTEGER;
  const follower = followFile(printer.path, {
    from: span.from,
    onBytes: async ({ offset, bytes }) => {
      await printer.take({ offset, bytes: bytes.subarray(0, Math.max(0, limit - offset)) });
      if (offset + bytes.length >= limit) void follower.stop().catch(() => undefined);
    },
  });
  try {
    let goesOn = true;
    while (goesOn) {
      goesOn = await Promise.race([changes(watch), follower.done.then(() => false)]);
      watch.catchUp();
      limit = itemSpans(view.step, view.item)[span.attempt - 1]?.to ?? limit;
      goesOn &&= limit === Number.MAX_SAFE_INTEGER;
    }
    if (follower.position < limit) await follower.finish();
  } finally {
    await follower.stop();
  }
}

/** Waits for a change; false when the run has ended. @param already whether there is something to do without waiting */
async function changes(watch: RunWatch, already = false): Promise<boolean> {
  return already || Promise.race([watch.nextChange().then(() => true), watch.ended.then(() => false)]);
}

function isFinal(item: ItemState): boolean {
  return item.status === 'complete' || item.status === 'failed' || item.status === 'skipped';
}
