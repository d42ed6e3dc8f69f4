import type { ItemStatus } from '../../shared/items/item.ts';
import type { StepState } from '../../shared/run/run-model.ts';
import type { RunStatus } from '../../shared/run/run-status.ts';
import type { WorkerState } from '../../shared/run/worker-state.ts';

/** Everything that has a status in the window. */
export type ShownStatus = RunStatus | ItemStatus | StepState['status'] | WorkerState['status'] | 'damaged';

/** What a colour means; see styles/tokens.css. */
type Tone = 'good' | 'busy' | 'caution' | 'bad' | 'quiet';

interface StatusWords {
  word: string;
  /** For narrow places; the word where there is none. */
  brief?: string;
  tone: Tone;
  /** A sign beside the word, so that colour is not needed to tell them apart. */
  sign: string;
}

const STATUS_WORDS: Record<ShownStatus, StatusWords> = {
  pending: { word: 'Waiting', tone: 'quiet', sign: '○' },
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

/** A status in words and colour. */
export function statusWords(status: ShownStatus): StatusWords {
  return STATUS_WORDS[status];
}

/** What is under way as long as somebody works on it. */
const UNDER_WAY: ReadonlySet<ShownStatus> = new Set(['starting', 'running', 'stopping']);

/** The status of a part of a run. What was under way when a run was interrupted has nobody who knows how it goes on. */
export function statusWithin(run: RunStatus, status: ShownStatus): ShownStatus {
  return run === 'interrupted' && UNDER_WAY.has(status) ? 'interrupted' : status;
}

/** Whether somebody works on a run with this status. */
export function isActive(status: RunStatus | 'damaged'): boolean {
  return status === 'pending' || status === 'running' || status === 'stopping';
}
