import type { LogProblem } from '../../../shared/contract/logs.ts';
import type { RunEvent } from '../../../shared/run/run-events.ts';

/** Shows the progress of a run. The model that it draws from is updated before each call. */
export interface ProgressDisplay {
  /** @param past true for events from before the watch began */
  event(event: RunEvent, past: boolean): void;
  /** Something beside the events has changed. */
  changed(): void;
  problems(problems: readonly LogProblem[]): void;
  /** A message of the command itself. */
  note(text: string): void;
  /** Leaves the terminal in a clean state. Nothing is shown afterwards. */
  close(): void;
}
