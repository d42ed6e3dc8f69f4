import { isUnderWay, type RunStatus } from '../../shared/run/run-status.ts';

interface PossibleActions {
  stop: boolean;
  /** Kills the workers when a stop takes too long. */
  kill: boolean;
  resume: boolean;
  retry: boolean;
}

/** Returns the possible actions with a run. @param failed the number of items whose last attempt failed */
export function possibleActions(status: RunStatus, failed: number): PossibleActions {
  return {
    stop: isUnderWay(status) && status !== 'stopping',
    kill: status === 'stopping',
    resume: status === 'interrupted' || status === 'stopped' || status === 'failed',
    retry: !isUnderWay(status) && failed > 0,
  };
}
