import type { RunStatus } from '../../shared/run/run-status.ts';

interface PossibleActions {
  stop: boolean;
  /** Ends a stop that takes too long. */
  kill: boolean;
  resume: boolean;
  retry: boolean;
}

/** What can be done about a run. @param failed items that failed their last attempt */
export function possibleActions(status: RunStatus, failed: number): PossibleActions {
  const over = status !== 'pending' && status !== 'running' && status !== 'stopping';
  return {
    stop: status === 'pending' || status === 'running',
    kill: status === 'stopping',
    resume: status === 'interrupted' || status === 'stopped' || status === 'failed',
    retry: over && failed > 0,
  };
}
