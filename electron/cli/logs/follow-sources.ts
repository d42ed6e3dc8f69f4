import type { LogSource } from '../../../shared/contract/logs.ts';
import { WORKER_ID_PATTERN, workerId } from '../../../shared/ids.ts';
import type { RunState, StepState } from '../../../shared/run/run-model.ts';
import { type Follower, followFile } from '../../engine/logs/follow-file.ts';
import { isRunSource, logSourcePath } from '../../engine/run-directory/paths.ts';
import { rankOf } from './choose-sources.ts';
import type { RunWatch } from './run-watch.ts';
import type { SourcePrinter } from './source-printer.ts';

type Place = Omit<LogSource, 'size'>;

/** The logs to follow. */
export interface FollowPlan {
  directory: string;
  /** null for all workers. */
  source: string | null;
  /** null for every step from `firstStep` on. */
  step: number | null;
  firstStep: number;
  /** Logs whose tail was shown; they are followed from the end of the tail. */
  begun: readonly { place: Place; printer: SourcePrinter }[];
  /** Makes the printer of a log that appears later; such a log is shown from its beginning. */
  printerFor: (place: Place) => SourcePrinter;
}

/** Shows what is appended to logs until the run ends, then the rest. */
export async function followSources(watch: RunWatch, plan: FollowPlan): Promise<void> {
  const followed = new FollowedLogs();
  for (const { place, printer } of plan.begun) followed.add(place, () => printer);
  const addNew = (): void => {
    watch.catchUp();
    for (const place of wantedPlaces(watch.state, plan)) followed.add(place, plan.printerFor);
  };
  try {
    let over = false;
    while (!over) {
      const change = watch.nextChange();
      addNew();
      over = await Promise.race([
        watch.ended.then(() => true),
        change.then(() => false),
        followed.failed.then(() => true),
      ]);
    }
    addNew();
    await followed.finish();
  } finally {
    await followed.stop();
  }
}

/** Returns the logs of a plan that have begun, or will begin soon. */
function wantedPlaces(state: RunState, plan: Pick<FollowPlan, 'directory' | 'source' | 'step' | 'firstStep'>): Place[] {
  const { source } = plan;
  if (source !== null && isRunSource(source)) return placesOf(plan.directory, null, [source]);
  return state.steps
    .filter((step) => (plan.step === null ? step.step >= plan.firstStep : step.step === plan.step))
    .flatMap((step) => placesOf(plan.directory, step.step, begunSources(step, source)));
}

function begunSources(step: StepState, source: string | null): string[] {
  if (source !== null && !WORKER_ID_PATTERN.test(source)) return step.started === null ? [] : [source];
  return step.workers
    .filter((worker) => worker.starts > 0 && (source === null || worker.rank === rankOf(source)))
    .map((worker) => workerId(worker.rank));
}

function placesOf(directory: string, step: number | null, sources: readonly string[]): Place[] {
  return sources.flatMap((source) => {
    const path = logSourcePath(directory, source, step ?? 1);
    return path === null ? [] : [{ source, step, path }];
  });
}

class FollowedLogs {
  private readonly logs = new Map<string, { printer: SourcePrinter; follower: Follower }>();
  private readonly failure = Promise.withResolvers<never>();
  /** Rejects when a log cannot be read or shown. */
  readonly failed: Promise<never> = this.failure.promise;

  constructor() {
    // The race above handles a rejection; while the command ends, nothing does.
    this.failed.catch(() => undefined);
  }

  add(place: Place, printerFor: (place: Place) => SourcePrinter): void {
    if (this.logs.has(place.path)) return;
    const printer = printerFor(place);
    const follower = followFile(place.path, { from: printer.position, onBytes: (chunk) => printer.take(chunk) });
    follower.done.catch(this.failure.reject);
    this.logs.set(place.path, { printer, follower });
  }

  async finish(): Promise<void> {
    for (const { follower, printer } of this.logs.values()) {
      await follower.finish();
      await printer.finish();
    }
  }

  async stop(): Promise<void> {
    await Promise.allSettled([...this.logs.values()].map(({ follower }) => follower.stop()));
  }
}
