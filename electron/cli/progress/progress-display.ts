import type { LogProblem } from '../../../shared/contract/logs.ts';
import type { RunEvent } from '../../../shared/run/run-events.ts';

/** Shows a run while it goes on. The model that it draws from is folded before it is called. */
export interface ProgressDisplay {
  /** @param past true for what had happened before one began to look */
  event(event: RunEvent, past: boolean): void;
  /** Something beside the events has changed. */
  changed(): void;
  problems(problems: readonly LogProblem[]): void;
  /** A message of the command itself. */
  note(text: string): void;
  /** Leaves the terminal in order. Nothing is shown afterwards. */
  close(): void;
}
