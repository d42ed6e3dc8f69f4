import { messageOf } from '../../../shared/message-of.ts';
import { processTable } from '../processes/this-process-table.ts';
import { isOwned } from '../run-directory/owner-file.ts';
import { askIndex, type QueryNews, type QueryOrder } from './ask-index.ts';
import { RunIndex } from './run-index.ts';

/** How often one hears of the progress of indexing. */
const INDEXING_NEWS_MS = 500;

/**
 * One question, in a process of its own: the index is brought up to date and asked. SQLite works in one go and not even the end of a thread
 * interrupts it; a process can be killed by whoever has waited too long.
 */
process.once('message', (order: QueryOrder) => {
  answer(order);
  process.disconnect();
});

function answer(order: QueryOrder): void {
  const unreadable = refreshOrSay(order);
  if (unreadable === null) return;
  try {
    say({ type: 'asking' });
    say({ type: 'answer', table: askIndex(order.index, order.sql, order.limit), unreadable });
  } catch (error) {
    say({ type: 'refused', message: messageOf(error) });
  }
}

/** What goes wrong here is not the question's fault: a full disk, one that cannot be written, a damaged index. */
function refreshOrSay(order: QueryOrder): string[] | null {
  try {
    return refresh(order);
  } catch (error) {
    say({ type: 'no-index', message: messageOf(error) });
    return null;
  }
}

function refresh({ index: file, runs, rebuild }: QueryOrder): string[] {
  const table = processTable();
  const index = new RunIndex(file);
  let told = performance.now();
  try {
    if (rebuild) index.clear();
    const { unreadable } = index.refresh({
      runs,
      isOwned: (directory) => isOwned(directory, table),
      onProgress: (done, total) => {
        if (performance.now() - told < INDEXING_NEWS_MS) return;
        told = performance.now();
        say({ type: 'indexing', done, total });
      },
    });
    return unreadable;
  } finally {
    index.close();
  }
}

function say(news: QueryNews): void {
  process.send?.(news);
}
