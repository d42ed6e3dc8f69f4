import { isDeepStrictEqual } from 'node:util';
import type { PreviewProgress } from '../../../shared/contract/events.ts';
import type { LaunchPreview, LaunchRequest } from '../../../shared/contract/launch.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { checkLaunch } from '../launch/check-launch.ts';
import { makePlan } from '../launch/make-plan.ts';
import { type PreparedLaunch, prepareLaunch } from '../launch/prepare-launch.ts';
import type { EngineCore } from './engine-core.ts';

/** Progress of counting the files is pushed at most this often (milliseconds). */
const PREVIEW_PUSH_MS = 100;

/** A preview may be used for this long to start its launch (milliseconds): files may change meanwhile. */
const PREPARED_FRESH_MS = 60_000;

type PushProgress = (push: { preview: string; progress: PreviewProgress }) => void;

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

/** The previews of launches of one client that fills in the form: one at a time, and the result of the last one. */
export class LaunchPreviews {
  private readonly core: EngineCore;
  private readonly push: PushProgress;
  private underWay: UnderWay | null = null;
  private prepared: Prepared | null = null;

  constructor(core: EngineCore, push: PushProgress) {
    this.core = core;
    this.push = push;
  }

  /** Makes a preview of a launch. Cancels the one that is under way. */
  async preview(input: LaunchRequest & { preview: string }): Promise<Result<LaunchPreview, Problem>> {
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

  /** Returns the prepared launch of the last preview, if that was for the same request and is fresh. */
  takePrepared(request: LaunchRequest): PreparedLaunch | null {
    const { prepared } = this;
    this.prepared = null;
    if (prepared === null || performance.now() - prepared.at > PREPARED_FRESH_MS) return null;
    // The name changes nothing about the launch.
    return isDeepStrictEqual({ ...prepared.request, name: '' }, { ...request, name: '' }) ? prepared.launch : null;
  }

  cancel(preview: string): void {
    if (this.underWay?.preview === preview) this.close();
  }

  /** Cancels the preview that is under way. */
  close(): void {
    this.underWay?.ending.abort();
    this.underWay = null;
    this.prepared = null;
  }

  private async prepare(
    request: LaunchRequest,
    { preview, ending }: UnderWay,
  ): Promise<Result<PreparedLaunch, Problem>> {
    let pushedAt = performance.now();
    const onProgress = (progress: PreviewProgress): void => {
      const now = performance.now();
      if (now - pushedAt < PREVIEW_PUSH_MS || ending.signal.aborted) return;
      pushedAt = now;
      this.push({ preview, progress });
    };
    const place = this.core.launchPlace();
    return place.ok ? prepareLaunch(request, place.value, { signal: ending.signal, onProgress }) : place;
  }
}

function cancelled(): Problem {
  return problem('cancelled', 'Counting the files was cancelled.', 'Change something, or count again.');
}
