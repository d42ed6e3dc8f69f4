import { parentPort } from 'node:worker_threads';
import { runSearch } from './run-search.ts';
import type { SearchOrder } from './search-messages.ts';

/** Searches in logs, one after the other; ended by the thread that started it. */
parentPort?.on('message', (order: SearchOrder) => runSearch(order, (message) => parentPort?.postMessage(message)));
