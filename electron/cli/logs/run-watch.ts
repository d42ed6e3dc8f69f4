import type { RunState } from '../../../shared/run/run-model.ts';
import { isUnderWay, type RunStatus } from '../../../shared/run/run-status.ts';
import type { Engine } from '../../engine/api/engine-api.ts';
import { journalFile } from '../../engine/run-directory/paths.ts';
import { must } from '../cli-context.ts';
import { RunJournal } from './run-journal.ts';

/** A run that is watched until it ends; the caller that opens it closes it. */
export interface RunWatch {
  /** As of the latest `catchUp`. */
  readonly state: RunState;
  /** Whether the run had ended when the watch began. */
  readonly overAtOnce: boolean;
  /** Settles when the run has ended or lost its owner. */
  readonly ended: Promise<void>;
  /** Settles at the next change. */
  nextChange(): Promise<void>;
  catchUp(): void;
  close(): Promise<void>;
}

/** Watches a run. An unreadable run ends the command with its message. */
export async function openRunWatch(engine: Engine, place: { run: string; directory: string }): Promise<RunWatch> {
  const { run } = place;
  const ended = Promise.withResolvers<void>();
  let change = Promise.withResolvers<void>();
  const wake = (): void => {
    change.resolve();
    change = Promise.withResolvers();
  };
  const ownOnly = (then: () => void) => (push: { run: string }) => {
    if (push.run === run) then();
  };
  // Subscribes before the watch begins, so that an end in between is not missed.
  const unsubscribe = engine.subscribe({ runEvents: ownOnly(wake), runEnded: ownOnly(() => ended.resolve()) });
  try {
    const { status } = must(await engine.watchRun({ run }));
    const overAtOnce = hasEnded(status);
    // The owner may still be writing its last records.
    if (overAtOnce) await ended.promise;
    const journal = new RunJournal(journalFile(place.directory));
    return {
      state: journal.state,
      overAtOnce,
      ended: ended.promise,
      nextChange: () => change.promise,
      catchUp: () => journal.catchUp(),
      async close() {
        unsubscribe();
        await engine.unwatchRun({ run });
      },
    };
  } catch (error) {
    unsubscribe();
    throw error;
  }
}

/** Whether a run has certainly ended. An interrupted one may get a new owner soon: the engine pushes its end when that is certain. */
function hasEnded(status: RunStatus): boolean {
  return !isUnderWay(status) && status !== 'interrupted';
}
