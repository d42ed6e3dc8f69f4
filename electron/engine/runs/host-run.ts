import { type Problem } from '../../../shared/problem.ts';
import { ok, type Result } from '../../../shared/result.ts';
import type { RunEndStatus } from '../../../shared/run/run-events.ts';
import type { HostPurpose } from '../engine-api.ts';
import { openRequests, serveControl } from '../run-directory/control-files.ts';
import { conductRun } from './conduct-run.ts';
import { openSession, type SessionRequest } from './open-session.ts';
import { findFailedItems } from './reset-failed.ts';
import type { RunSession } from './run-session.ts';

/** A run that this process owns and conducts. */
export interface HostedRun {
  session: RunSession;
  /** Resolves when the run has ended and nothing of it is left in this process; with null when it was left to another engine. */
  ended: Promise<RunEndStatus | null>;
}

/**
 * Takes a run and conducts it to its end: requests of others are served, failed items are reset where the purpose says so.
 * @param items failed items to try again; all when empty
 */
export async function hostRun(request: SessionRequest, items: readonly string[]): Promise<Result<HostedRun, Problem>> {
  const earlier = openRequests(request.directory);
  const opened = await openSession(request);
  if (!opened.ok) return opened;
  const session = opened.value;
  resetFailed(session, request.purpose, items);
  const endControl = serveControl(request.directory, earlier, (asked) => {
    session.stop({ by: asked.by, force: asked.force });
    return { accepted: true, message: asked.force ? 'killing the workers' : 'stopping the workers' };
  });
  return ok({ session, ended: conduct(session, endControl) });
}

async function conduct(session: RunSession, endControl: () => void): Promise<RunEndStatus | null> {
  try {
    return await conductRun(session);
  } catch (error) {
    // A bug, or a disk that fails.
    session.sayBreakdown(error);
    throw error;
  } finally {
    endControl();
    await session.close();
  }
}

/** What is not complete is done again when a person asks for it; what a crash interrupted is pending anyway. */
function resetFailed(session: RunSession, purpose: HostPurpose, names: readonly string[]): void {
  if (purpose === 'run' || purpose === 'adopt') return;
  const failed = findFailedItems(session.state, names);
  if (!failed.ok) return;
  for (const { step, items } of failed.value) {
    session.record({
      type: 'items-reset',
      step,
      items,
      reason: 'retry',
      detail: `failed items are tried again (${purpose})`,
    });
  }
}
