import { parentPort } from 'node:worker_threads';
import { LogScanLoop } from '../logs/scan/log-scan-loop.ts';
import { lowerOwnPriority } from '../logs/scan/lower-priority.ts';
import { SCAN_NICE } from '../logs/scan/scan-limits.ts';
import type { ScanRequest } from '../logs/scan/scan-messages.ts';

/** Scans worker logs while they grow; ended by whoever started it. */
lowerOwnPriority(SCAN_NICE);
const loop = new LogScanLoop((message) => parentPort?.postMessage(message));
parentPort?.on('message', (request: ScanRequest) => loop.handle(request));
