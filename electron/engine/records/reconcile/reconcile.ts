import { createHash } from 'node:crypto';
import { statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Difference, ReconciliationResult } from '../../../../shared/contract/records.ts';
import type { RunState } from '../../../../shared/run/run-model.ts';
import { totalCounts } from '../../../../shared/run/run-state.ts';
import type { Environment } from '../../files/data-home.ts';
import { type ComponentLog, openComponentLog } from '../../logs/component-log.ts';
import type { Metadata } from '../../run-directory/metadata-schema.ts';
import { journalFile, reconciliationLog, reportFile } from '../../run-directory/paths.ts';
import { readJournal } from '../../run-directory/read-journal.ts';
import { writeReconciliation } from '../../run-directory/reconciliation-file.ts';
import { leftOutOfRun, leftOutText } from './left-out.ts';
import { checkOriginals } from './reconcile-originals.ts';
import { checkInputs, checkOutputs, OutputLooks } from './reconcile-outputs.ts';
import { checkReports } from './reconcile-reports.ts';
import { checkRows, type RowCount } from './reconcile-rows.ts';
import { type CountLoggedTokens, checkLoggedTokens, checkTotals, countLoggedTokens } from './reconcile-totals.ts';

/** Between two looks: network file systems and late writers show the end of a file about this much later (milliseconds). */
const PAUSE_MS = 1_000;
/** Files that still change after so many looks are told as a difference. */
const MOST_ROUNDS = 5;

/** At the end of a run people wait: what takes longer to count than this is left for `drover reconcile` (bytes per step). */
const MOST_BYTES_AT_END = 2 * 1024 ** 3;

export interface ReconcileRequest {
  directory: string;
  metadata: Metadata;
  /** reconciliation.log, opened and closed by the caller; an archive is to be marked stale before it is opened. */
  log: Pick<ComponentLog, 'write'>;
  /** Waits; given so that tests need not. */
  pause: (milliseconds: number) => Promise<void>;
  /** Left out, tokens are compared between journal and metrics only. */
  countLoggedTokens?: CountLoggedTokens;
  /** The folded journal, where its one writer asks; else it is read. */
  state?: RunState;
  /** Whether the run has just ended: its last worker may have written on for a moment, and nothing is read again that was just made. */
  isAtEnd?: boolean;
  /** Bytes per step that may be read to count sequences and rows. */
  mostBytes?: number;
}

/** What one look saw. */
interface Look {
  state: RunState;
  outputs: OutputLooks;
  /** Outputs and report files with something in them: without any there is nothing that could still change. */
  files: number;
  /** Equal for two looks when no size and no time changed in between. */
  signature: string;
}

/**
 * Checks that inputs, outputs, reports and totals of a run fit together. Looks twice, 1 s apart, until sizes and times agree,
 * at most five times, and writes what differs and the verdict to the log.
 * @throws the file system's error when the journal cannot be read
 */
export async function reconcile(request: ReconcileRequest): Promise<ReconciliationResult> {
  const { look, rounds, settled } = await settle(request);
  const { directory, metadata, mostBytes = Number.POSITIVE_INFINITY, isAtEnd = false } = request;
  const rows = await checkRows({ looks: look.outputs, metadata, directory, mostBytes });
  const originals = await checkOriginals({ looks: look.outputs, state: look.state, metadata, directory, isAtEnd });
  const differences = [
    ...(settled ? [] : [unsettled()]),
    ...checkInputs(look.state, metadata),
    ...checkOutputs(look.outputs, look.state, metadata),
    ...originals.differences,
    ...rows.differences,
    ...checkReports(look.state, directory),
    ...checkTotals(look.state, directory),
    ...(request.countLoggedTokens === undefined ? [] : await checkLoggedTokens(look.state, request.countLoggedTokens)),
  ];
  const left_out = leftOutOfRun(look.state, directory);
  const result: ReconciliationResult = { agreed: differences.length === 0, rounds, differences };
  if (left_out.length > 0) result.left_out = left_out;
  for (const counts of rows.counts) request.log.write('INFO', countText(counts), { ...counts });
  for (const said of originals.notes) request.log.write('INFO', said);
  for (const left of rows.left) request.log.write('INFO', leftText(left), left);
  for (const left of left_out) request.log.write('INFO', leftOutText(left), { ...left });
  record(request.log, look, result);
  return result;
}

function countText({ step, items, sequences, rows }: RowCount): string {
  return `step ${step}: ${sequences} sequences in, ${rows} rows out (${items} files)`;
}

function leftText({ step, bytes }: { step: number; bytes: number }): string {
  return `step ${step}: sequences and rows were not counted in ${bytes} bytes; "drover reconcile" does it`;
}

async function settle(request: ReconcileRequest): Promise<{ look: Look; rounds: number; settled: boolean }> {
  let look = await checkOnce(request, null);
  for (let rounds = 2; rounds <= MOST_ROUNDS; rounds += 1) {
    if (look.files > 0) await request.pause(PAUSE_MS);
    const next = await checkOnce(request, look);
    if (next.signature === look.signature) return { look: next, rounds, settled: true };
    look = next;
  }
  return { look, rounds: MOST_ROUNDS, settled: false };
}

async function checkOnce({ directory, state: given }: ReconcileRequest, before: Look | null): Promise<Look> {
  const journal = stamp(journalFile(directory));
  // The journal of 100,000 items takes a second to fold: only when it has changed.
  const known = given ?? (before?.signature.startsWith(`${journal} `) === true ? before.state : undefined);
  const state = known ?? readJournal(journalFile(directory)).state;
  const hash = createHash('sha256');
  const outputs = new OutputLooks(state, directory);
  await outputs.take((seen) => hash.update(seen));
  let reports = 0;
  for (const step of state.steps) {
    for (const worker of step.workers) {
      const path = reportFile(directory, step.step, worker.rank);
      if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > 0) reports += 1;
      hash.update(`${stamp(path)}\n`);
    }
  }
  return { state, outputs, files: outputs.length + reports, signature: `${journal} ${hash.digest('hex')}` };
}

/** Size and time of a file in a few characters. */
function stamp(path: string): string {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats === undefined ? '-' : `${stats.size}@${stats.mtimeMs}`;
}

function unsettled(): Difference {
  return {
    what: 'still changing',
    detail: `outputs or reports changed during ${MOST_ROUNDS} looks ${PAUSE_MS / 1000} s apart; something still writes them`,
  };
}

function record(log: ReconcileRequest['log'], look: Look, result: ReconciliationResult): void {
  for (const difference of result.differences) log.write('WARNING', difference.detail, { difference: difference.what });
  const { total, complete, failed, skipped, pending, running } = totalCounts(look.state);
  log.write(result.agreed ? 'INFO' : 'WARNING', result.agreed ? 'Everything agrees' : 'There are differences', {
    agreed: result.agreed,
    rounds: result.rounds,
    differences: result.differences.length,
    outputs: look.outputs.length,
    items: total,
    complete,
    failed,
    skipped,
    pending,
    running,
  });
}

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
