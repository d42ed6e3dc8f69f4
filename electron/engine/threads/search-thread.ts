import { parentPort, workerData } from 'node:worker_threads';
import { runSearch } from '../logs/search/run-search.ts';
import type { SearchOrder } from '../logs/search/search-messages.ts';

/** One search in one log; the thread ends with it, or is ended by whoever started it. */
const order: SearchOrder = workerData;
runSearch(order, (message) => parentPort?.postMessage(message));
