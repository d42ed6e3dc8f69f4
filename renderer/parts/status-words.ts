import type { ItemStatus } from '../../shared/items/item.ts';
import type { StepState } from '../../shared/run/run-model.ts';
import { isUnderWay, type RunStatus } from '../../shared/run/run-status.ts';
import type { WorkerState } from '../../shared/run/worker-state.ts';

/** Everything that has a status in the window. */
export type ShownStatus = RunStatus | ItemStatus | StepState['status'] | WorkerState['status'] | 'damaged';

/** What a colour means; see styles/tokens.css. */
type Tone = 'good' | 'busy' | 'caution' | 'bad' | 'quiet';

interface StatusWords {
  word: string;
  /** For narrow places; default: the word. */
  brief?: string;
  tone: Tone;
  /** A symbol beside the word, so that colour is not needed to distinguish them. */
  sign: string;
}

const STATUS_WORDS: Record<ShownStatus, StatusWords> = {
  pending: { word: 'Waiting', tone: 'quiet', sign: '○' },
  queued: { word: 'Queued', tone: 'quiet', sign: '◌' },
  starting: { word: 'Starting', tone: 'busy', sign: '◔' },
  running: { word: 'Running', tone: 'busy', sign: '●' },
  stopping: { word: 'Stopping', tone: 'caution', sign: '◑' },
  interrupted: { word: 'Interrupted', tone: 'caution', sign: '‖' },
  completed: { word: 'Completed', tone: 'good', sign: '✓' },
  complete: { word: 'Complete', tone: 'good', sign: '✓' },
  'completed-with-failures': { word: 'Completed with failures', brief: 'With failures', tone: 'caution', sign: '!' },
  failed: { word: 'Failed', tone: 'bad', sign: '✕' },
  stopped: { word: 'Stopped', tone: 'quiet', sign: '■' },
  lost: { word: 'Lost', tone: 'bad', sign: '?' },
  skipped: { word: 'Skipped', tone: 'quiet', sign: '–' },
  damaged: { word: 'Damaged', tone: 'bad', sign: '✕' },
};

/** Returns the word and colour of a status. */
export function statusWords(status: ShownStatus): StatusWords {
  return STATUS_WORDS[status];
}

/** Statuses that hold only while the run has an owner. */
const UNDER_WAY: ReadonlySet<ShownStatus> = new Set(['starting', 'running', 'stopping']);

/** Returns the status of a part of a run. In an interrupted run, the real status of active parts is unknown. */
export function statusWithin(run: RunStatus, status: ShownStatus): ShownStatus {
  return run === 'interrupted' && UNDER_WAY.has(status) ? 'interrupted' : status;
}

/** Whether a run with this status is active. */
export function isActive(status: RunStatus | 'damaged'): boolean {
  return isUnderWay(status);
}
