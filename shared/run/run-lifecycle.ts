import type { RunEndStatus, RunEvent } from './run-events.ts';

/** The status by the journal alone; `interrupted` also depends on whether an owner lives, see run-status.ts. */
export type JournalStatus = 'pending' | 'queued' | 'running' | 'stopping' | RunEndStatus;

/**
 * The life of a run, by the events that change it; all others leave it unchanged. Code that only waits for the end needs nothing else.
 *
 * ```
 * pending ──owner-taken──▶ running ──stop-requested──▶ stopping
 *    │                        ▲ ▲ └────────run-ended───────┐ │
 *    └──run-queued──▶ queued ─┘ │                          ▼ ▼
 *                               └──owner-taken (resume)── completed | completed-with-failures | failed | stopped
 * ```
 * A queued run has an owner as well, which waits; it runs from `run-dequeued` on.
 */
export function nextJournalStatus(status: JournalStatus, event: RunEvent): JournalStatus {
  switch (event.type) {
    case 'owner-taken':
      return status === 'queued' ? status : 'running';
    case 'run-queued':
      return 'queued';
    case 'run-dequeued':
      return 'running';
    case 'stop-requested':
      return isOverStatus(status) ? status : 'stopping';
    case 'run-ended':
      return event.status;
    default:
      return status;
  }
}

/** Whether the journal says that the run has ended. */
export function isOverStatus(status: JournalStatus): status is RunEndStatus {
  return status !== 'pending' && status !== 'queued' && status !== 'running' && status !== 'stopping';
}
