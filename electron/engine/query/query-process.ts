import { messageOf } from '../../../shared/message-of.ts';
import { processTable } from '../processes/this-process-table.ts';
import { isOwned } from '../run-directory/owner-file.ts';
import { askIndex, type QueryNews, type QueryOrder } from './ask-index.ts';
import { RunIndex } from './run-index.ts';

/** The interval of reports on the progress of indexing. */
const INDEXING_REPORT_MS = 500;

/**
 * Answers one query in a process of its own: updates the index and queries it. SQLite calls are synchronous, and even the end of a thread does
 * not interrupt them; a process can be killed when it takes too long.
 */
process.once('message', (order: QueryOrder) => {
  answer(order);
  process.disconnect();
});

function answer(order: QueryOrder): void {
  const unreadable = refreshOrReport(order);
  if (unreadable === null) return;
  try {
    send({ type: 'asking' });
    send({ type: 'answer', table: askIndex(order.index, order.sql, order.limit), unreadable });
  } catch (error) {
    send({ type: 'refused', message: messageOf(error) });
  }
}

/** Updates the index. Errors here are not caused by the query, but by a full or read-only disk or a damaged index. */
function refreshOrReport(order: QueryOrder): string[] | null {
  try {
    return refresh(order);
  } catch (error) {
    send({ type: 'no-index', message: messageOf(error) });
    return null;
  }
}

function refresh({ index: file, runs, rebuild }: QueryOrder): string[] {
  const table = processTable();
  const index = new RunIndex(file);
  let reported = performance.now();
  try {
    if (rebuild) index.clear();
    const { unreadable } = index.refresh({
      runs,
      isOwned: (directory) => isOwned(directory, table),
      onProgress: (done, total) => {
        if (performance.now() - reported < INDEXING_REPORT_MS) return;
        reported = performance.now();
        send({ type: 'indexing', done, total });
      },
    });
    return unreadable;
  } finally {
    index.close();
  }
}

function send(news: QueryNews): void {
  process.send?.(news);
}
