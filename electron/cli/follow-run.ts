import { ProgressModel } from '../../shared/run/progress-model.ts';
import type { RunStatus } from '../../shared/run/run-status.ts';
import { type CliContext, must } from './cli-context.ts';
import { chooseDisplay } from './progress/choose-display.ts';
import type { ProgressDisplay } from './progress/progress-display.ts';

/** How to show the progress of a run. */
export interface FollowOptions {
  json: boolean;
  plain: boolean;
  /**
   * The number of events at the beginning of the journal that are history: they are folded and not shown. Null: those that exist when the
   * watch begins. Times cannot separate them: the clock of an earlier session may have been ahead.
   */
  past: number | null;
  /** Whether the JSON stream includes the history. */
  withPast: boolean;
}

/** A run that was followed until it ended or had no owner any more. */
export interface Followed {
  status: RunStatus;
  model: ProgressModel;
}

/**
 * Shows a run until it has ended, whichever process owns it.
 * @param onDisplay gets the display as soon as there is one, for messages beside the events
 */
export async function followRun(
  context: CliContext,
  run: string,
  options: FollowOptions,
  onDisplay: (display: ProgressDisplay) => void = () => undefined,
): Promise<Followed> {
  const { engine, env, print, report } = context;
  const model = new ProgressModel();
  const display = chooseDisplay(model, { ...options, env, print, report, terminal: process.stderr });
  const ended = Promise.withResolvers<RunStatus>();
  let past = options.past ?? Number.POSITIVE_INFINITY;
  let taken = 0;
  const unsubscribe = engine.subscribe({
    runEvents: (push) => {
      if (push.run !== run) return;
      for (const event of push.events) {
        // A stream of JSON shows events as they are; the state behind bars is not needed for it.
        if (!options.json) model.apply(event);
        taken += 1;
        display.event(event, taken <= past);
      }
    },
    runProgress: (push) => {
      if (push.run !== run) return;
      model.setLive(push.progress);
      display.changed();
    },
    runProblems: (push) => {
      if (push.run === run) display.problems(push.problems);
    },
    runEnded: (push) => {
      if (push.run === run) ended.resolve(push.status);
    },
  });
  try {
    onDisplay(display);
    const { events } = must(await engine.watchRun({ run }));
    past = options.past ?? events;
    return { status: await ended.promise, model };
  } finally {
    unsubscribe();
    await engine.unwatchRun({ run });
    display.close();
  }
}
