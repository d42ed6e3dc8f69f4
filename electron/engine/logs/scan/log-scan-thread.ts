import { parentPort } from 'node:worker_threads';
import { lowerOwnPriority } from '../../processes/threads.ts';
import { LogScanLoop } from './log-scan-loop.ts';
import { SCAN_NICE } from './scan-limits.ts';
import type { ScanRequest } from './scan-messages.ts';

/** Scans worker logs while they grow; ended by the thread that started it. */
lowerOwnPriority(SCAN_NICE);
const loop = new LogScanLoop((message) => parentPort?.postMessage(message));
parentPort?.on('message', (request: ScanRequest) => loop.handle(request));
