import type { RunListEntry } from '../../shared/contract/runs.ts';
import { isActive } from '../parts/status-words.ts';

/** The possible actions with the chosen runs. */
export interface HistoryActions {
  /** Needs exactly one run. */
  openFolder: boolean;
  resume: boolean;
  retry: boolean;
  runAgain: boolean;
  archive: boolean;
  /** Needs at least one run that is not active. */
  remove: boolean;
}

/** Returns the possible actions with these runs: some need exactly one, others work with any number. */
export function possibleActions(chosen: readonly RunListEntry[]): HistoryActions {
  const [only] = chosen;
  const one = chosen.length === 1 && only !== undefined ? only : null;
  const idle = chosen.filter(({ status }) => !isActive(status));
  return {
    openFolder: one !== null,
    resume: one !== null && ['interrupted', 'stopped', 'failed'].includes(one.status),
    retry: one !== null && one.items.failed > 0 && one.status !== 'damaged' && !isActive(one.status),
    // The launch request is in the records, which even a damaged run may have: the engine decides.
    runAgain: one !== null,
    archive: idle.some(({ status }) => status !== 'damaged'),
    remove: idle.length > 0,
  };
}
