import { isDeepStrictEqual } from 'node:util';
import type { PreviewProgress } from '../../../shared/contract/events.ts';
import type { LaunchPreview, LaunchRequest } from '../../../shared/contract/launch.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { checkLaunch } from '../launch/check-launch.ts';
import { makePlan } from '../launch/make-plan.ts';
import { type PreparedLaunch, prepareLaunch } from '../launch/prepare-launch.ts';
import type { EngineCore } from './engine-core.ts';

/** A form that waits for its files to be counted is told how far that is at most this often (milliseconds). */
const PREVIEW_PUSH_MS = 100;

/** What was found about a launch is believed for this long when it is then started (milliseconds): files may change meanwhile. */
const PREPARED_FRESH_MS = 60_000;

type Tell = (push: { preview: string; progress: PreviewProgress }) => void;

interface UnderWay {
  preview: string;
  ending: AbortController;
}

interface Prepared {
  request: LaunchRequest;
  launch: PreparedLaunch;
  /** Milliseconds of `performance.now()`. */
  at: number;
}

/** The looks at launches that one client takes while it fills in the form: one at a time, and what the last one found. */
export class LaunchPreviews {
  private readonly core: EngineCore;
  private readonly tell: Tell;
  private underWay: UnderWay | null = null;
  private prepared: Prepared | null = null;

  constructor(core: EngineCore, tell: Tell) {
    this.core = core;
    this.tell = tell;
  }

  /** Looks at a launch; one that is under way is cancelled. */
  async look(input: LaunchRequest & { preview: string }): Promise<Result<LaunchPreview, Problem>> {
    const { preview, ...request } = input;
    this.close();
    const current: UnderWay = { preview, ending: new AbortController() };
    this.underWay = current;
    const { signal } = current.ending;
    try {
      const launch = await this.prepare(request, current);
      if (!launch.ok) return launch;
      const { home, env } = this.core.options;
      const [plan, checks] = await Promise.all([
        makePlan(launch.value, home),
        checkLaunch(launch.value, { env, runs: this.core.runs, signal }),
      ]);
      if (signal.aborted) return err(cancelled());
      this.prepared = { request, launch: launch.value, at: performance.now() };
      return ok({ plan, checks });
    } catch (error) {
      if (!signal.aborted) throw error;
      return err(cancelled());
    } finally {
      if (this.underWay === current) this.underWay = null;
    }
  }

  /** What the last look found about this very request, if that was a moment ago: it need not be looked at again. */
  takePrepared(request: LaunchRequest): PreparedLaunch | null {
    const { prepared } = this;
    this.prepared = null;
    if (prepared === null || performance.now() - prepared.at > PREPARED_FRESH_MS) return null;
    // A name is no part of what was looked at.
    return isDeepStrictEqual({ ...prepared.request, name: '' }, { ...request, name: '' }) ? prepared.launch : null;
  }

  cancel(preview: string): void {
    if (this.underWay?.preview === preview) this.close();
  }

  /** Ends what is under way. */
  close(): void {
    this.underWay?.ending.abort();
    this.underWay = null;
    this.prepared = null;
  }

  private async prepare(
    request: LaunchRequest,
    { preview, ending }: UnderWay,
  ): Promise<Result<PreparedLaunch, Problem>> {
    let toldAt = performance.now();
    const onProgress = (progress: PreviewProgress): void => {
      const now = performance.now();
      if (now - toldAt < PREVIEW_PUSH_MS || ending.signal.aborted) return;
      toldAt = now;
      this.tell({ preview, progress });
    };
    const place = this.core.launchPlace();
    return place.ok ? prepareLaunch(request, place.value, { signal: ending.signal, onProgress }) : place;
  }
}

function cancelled(): Problem {
  return problem('cancelled', 'Counting the files was cancelled.', 'Change something, or count again.');
}
