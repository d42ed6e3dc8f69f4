import type { Worker } from 'node:worker_threads';
import { assertNever } from '../../../../shared/assert-never.ts';
import { startThread } from '../../processes/threads.ts';
import { SCAN_HEAP_MIB, SCAN_THREADS, SCAN_YOUNG_HEAP_MIB } from './scan-limits.ts';
import type { ScanFindings, ScanMessage, ScannedKind, ScanRequest, ScanTotals } from './scan-messages.ts';

/**
 * Scans the logs of running workers for warnings, errors, token usage and progress bars, in a few threads of low priority for all of them. It reads
 * the files that the workers write and delays nobody. When it is behind, its findings come later, but nothing is skipped.
 */
export class LogScanner {
  /** Started as logs come: one log needs one thread. */
  private readonly threads: Worker[] = [];
  private readonly onFindings: (findings: ScanFindings[]) => void;
  private readonly calls = new Map<number, PromiseWithResolvers<ScanTotals>>();
  /** Which thread has which log. */
  private readonly places = new Map<string, Worker>();
  private nextCall = 1;
  private nextPlace = 0;
  /** Why no request is answered any more. */
  private ended: Error | null = null;

  /** @param onFindings gets what is new, for any number of logs, at most every 250 ms */
  constructor({ onFindings }: { onFindings: (findings: ScanFindings[]) => void }) {
    this.onFindings = onFindings;
  }

  /** Begins to scan a log at a byte offset that is the start of a line. The file may not exist yet. */
  watch({ content = 'log', ...log }: { id: string; path: string; from: number; content?: ScannedKind }): void {
    const thread = this.places.get(log.id) ?? (content === 'log' ? this.nextThread() : this.lastThread());
    this.places.set(log.id, thread);
    send(thread, { kind: 'watch', content, ...log });
  }

  /**
   * Scans to the present end of the log of a worker that has ended, and stops scanning it. A log must be watched, and is finished once. If another
   * start will append to the same log, await this first. Otherwise its lines are counted here as well.
   */
  finish(id: string): Promise<ScanTotals> {
    const thread = this.places.get(id);
    if (thread === undefined) return Promise.reject(new Error(`The log ${id} is not being scanned`));
    if (this.ended !== null) return Promise.reject(this.ended);
    this.places.delete(id);
    const call = this.nextCall++;
    const answer = Promise.withResolvers<ScanTotals>();
    this.calls.set(call, answer);
    send(thread, { kind: 'finish', id, call });
    return answer.promise;
  }

  /** Ends the threads. Answers that are still awaited fail. */
  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.terminate()));
    this.end(new Error('The log scanner was closed'));
  }

  /** Assigns logs to the threads in turn. A new thread is started while there are fewer than allowed. */
  private nextThread(): Worker {
    this.nextPlace += 1;
    return this.lastThread();
  }

  /** Returns the thread of the log before. Report files are small beside logs, so they need no thread of their own. */
  private lastThread(): Worker {
    const place = Math.max(0, this.nextPlace - 1) % SCAN_THREADS;
    const thread = this.threads[place] ?? this.startThread();
    this.threads[place] = thread;
    return thread;
  }

  private startThread(): Worker {
    const thread = startThread('log-scan-thread', import.meta.dirname, {
      resourceLimits: { maxOldGenerationSizeMb: SCAN_HEAP_MIB, maxYoungGenerationSizeMb: SCAN_YOUNG_HEAP_MIB },
    });
    thread.on('message', (message: ScanMessage) => this.receive(message));
    thread.on('error', (error) => this.end(error));
    return thread;
  }

  private receive(message: ScanMessage): void {
    switch (message.kind) {
      case 'findings':
        this.onFindings(message.findings);
        break;
      case 'totals':
        this.calls.get(message.call)?.resolve(message.totals);
        this.calls.delete(message.call);
        break;
      default:
        assertNever(message, 'scan message');
    }
  }

  private end(error: Error): void {
    this.ended ??= error;
    for (const call of this.calls.values()) call.reject(error);
    this.calls.clear();
  }
}

function send(thread: Worker, request: ScanRequest): void {
  thread.postMessage(request);
}
