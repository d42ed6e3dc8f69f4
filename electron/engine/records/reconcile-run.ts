import { setTimeout as sleep } from 'node:timers/promises';
import type { ReconciliationResult } from '../../../shared/contract/records.ts';
import type { RunState } from '../../../shared/run/run-model.ts';
import type { Environment } from '../files/data-home.ts';
import { openComponentLog } from '../logs/component-log.ts';
import type { Metadata } from '../run-directory/metadata-schema.ts';
import { reconciliationLog } from '../run-directory/paths.ts';
import { writeReconciliation } from '../run-directory/reconciliation-file.ts';
import { countLoggedTokens } from './logged-tokens.ts';
import { reconcile } from './reconcile.ts';

/** At the end of a run people wait: what takes longer to count than this is left for `drover reconcile` (bytes per step). */
const MOST_BYTES_AT_END = 2 * 1024 ** 3;

interface ReconcileRunRequest {
  directory: string;
  metadata: Metadata;
  state: RunState;
  /** `end`: by the run's owner, as it has just ended; `later`: asked for, and everything is read again. */
  when: 'end' | 'later';
  env: Environment;
  /** Cuts the waiting short: nothing is found then. */
  signal?: AbortSignal;
}

/**
 * Checks a run and leaves the verdict in reconciliation.log and reconciliation.json. An archive is to be marked stale before.
 * @returns null when it was cut short
 * @throws the file system's error when something cannot be read or written
 */
export async function reconcileRun(request: ReconcileRunRequest): Promise<ReconciliationResult | null> {
  const { directory, metadata, state, when, env, signal } = request;
  const log = openComponentLog({
    path: reconciliationLog(directory),
    component: 'reconciliation',
    run: metadata.run,
    step: null,
  });
  const tokens = when === 'later' ? countLoggedTokens(directory) : null;
  try {
    const result = await reconcile({
      directory,
      metadata,
      log,
      pause: (ms) => sleep(pauseOf(env) ?? ms, undefined, signal === undefined ? {} : { signal }),
      ...(when === 'end' ? { state, mostBytes: MOST_BYTES_AT_END, isAtEnd: true } : {}),
      ...(tokens === null ? {} : { countLoggedTokens: tokens.count }),
    });
    writeReconciliation(directory, result, { checked: new Date().toISOString(), ended: state.ended });
    return result;
  } catch (error) {
    if (signal?.aborted !== true) throw error;
    log.write('WARNING', 'the check was cut short; "drover reconcile" does it again');
    return null;
  } finally {
    await tokens?.close();
    await log.close();
  }
}

/** `DROVER_RECONCILE_PAUSE_MS` where it is a number: tests need not wait; null for the standing time. */
function pauseOf(env: Environment): number | null {
  const given = Number(env['DROVER_RECONCILE_PAUSE_MS'] ?? '');
  return env['DROVER_RECONCILE_PAUSE_MS'] !== undefined && Number.isFinite(given) && given >= 0 ? given : null;
}
