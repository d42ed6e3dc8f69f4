import { messageOf } from '../../../shared/message-of.ts';
import { processTable } from '../processes/this-process-table.ts';
import { isOwned } from '../run-directory/owner-file.ts';
import type { QueryNews, QueryOrder } from './ask-index.ts';
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
  const fresh = refreshOrReport(order);
  if (fresh === null) return;
  const { index, unreadable } = fresh;
  try {
    send({ type: 'asking' });
    send({ type: 'answer', table: index.ask(order.sql, order.limit), unreadable });
  } catch (error) {
    send({ type: 'refused', message: messageOf(error) });
  } finally {
    index.close();
  }
}

/** An index that is up to date, and the runs that could not be read. */
interface FreshIndex {
  index: RunIndex;
  unreadable: string[];
}

/** Updates the index. Errors here are not caused by the query, but by a full or read-only disk or a damaged index. */
function refreshOrReport(order: QueryOrder): FreshIndex | null {
  try {
    return refresh(order);
  } catch (error) {
    send({ type: 'no-index', message: messageOf(error) });
    return null;
  }
}

function refresh({ index: file, runs, rebuild }: QueryOrder): FreshIndex {
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
    return { index, unreadable };
  } catch (error) {
    index.close();
    throw error;
  }
}

function send(news: QueryNews): void {
  process.send?.(news);
}
