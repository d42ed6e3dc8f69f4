import type { RunListEntry } from '../../shared/contract/runs.ts';
import { isActive } from '../parts/status-words.ts';

/** What can be done with the runs that are chosen. */
export interface HistoryActions {
  /** Needs exactly one. */
  openFolder: boolean;
  resume: boolean;
  retry: boolean;
  runAgain: boolean;
  archive: boolean;
  /** At least one that nobody works on. */
  remove: boolean;
}

/** What can be done with these runs: some things are done with one, others with any number. */
export function possibleActions(chosen: readonly RunListEntry[]): HistoryActions {
  const [only] = chosen;
  const one = chosen.length === 1 && only !== undefined ? only : null;
  const idle = chosen.filter(({ status }) => !isActive(status));
  return {
    openFolder: one !== null,
    resume: one !== null && ['interrupted', 'stopped', 'failed'].includes(one.status),
    retry: one !== null && one.items.failed > 0 && one.status !== 'damaged' && !isActive(one.status),
    // What was asked for stands in the records, which a damaged run may still have: the engine says.
    runAgain: one !== null,
    archive: idle.some(({ status }) => status !== 'damaged'),
    remove: idle.length > 0,
  };
}
