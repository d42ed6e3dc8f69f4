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
import { checkInputs, checkOutputs, SeenOutputs } from './reconcile-outputs.ts';
import { checkReports } from './reconcile-reports.ts';
import { checkRows, type RowCount } from './reconcile-rows.ts';
import { type CountLoggedTokens, checkLoggedTokens, checkTotals, countLoggedTokens } from './reconcile-totals.ts';

/** Pause between two rounds: network file systems and late writers show the end of a file about this much later (milliseconds). */
const PAUSE_MS = 1_000;
/** Files that still change after this many rounds are reported as a difference. */
const MOST_ROUNDS = 5;

/** People wait at the end of a run. Steps with more data than this are left for `drover reconcile` (bytes per step). */
const MOST_BYTES_AT_END = 2 * 1024 ** 3;

export interface ReconcileRequest {
  directory: string;
  metadata: Metadata;
  /** reconciliation.log. The caller opens and closes it, and marks the archive as stale before. */
  log: Pick<ComponentLog, 'write'>;
  /** Waits. Tests replace it so that they need not wait. */
  pause: (milliseconds: number) => Promise<void>;
  /** Without it, tokens are only compared between journal and metrics. */
  countLoggedTokens?: CountLoggedTokens;
  /** The folded journal, if its only writer calls; otherwise the journal is read. */
  state?: RunState;
  /** Whether the run has just ended: its last worker may still have written for a moment, and unchanged outputs are not digested again. */
  isAtEnd?: boolean;
  /** Bytes per step that may be read to count sequences and rows. */
  mostBytes?: number;
}

/** The files of a run as one round found them. */
interface Round {
  state: RunState;
  outputs: SeenOutputs;
  /** Number of outputs and of report files that are not empty. If there are none, nothing can still change. */
  files: number;
  /** Equal for two rounds if no size and no time changed in between. */
  signature: string;
}

/**
 * Checks that inputs, outputs, reports and totals of a run fit together. Reads the files in rounds, 1 s apart, until two rounds have the
 * same sizes and times, with five rounds at most. Writes the differences and the verdict to the log.
 * @throws the file system's error if the journal cannot be read
 */
export async function reconcile(request: ReconcileRequest): Promise<ReconciliationResult> {
  const { round, rounds, settled } = await settle(request);
  const { directory, metadata, mostBytes = Number.POSITIVE_INFINITY, isAtEnd = false } = request;
  const rows = await checkRows({ outputs: round.outputs, metadata, directory, mostBytes });
  const originals = await checkOriginals({ outputs: round.outputs, state: round.state, metadata, directory, isAtEnd });
  const differences = [
    ...(settled ? [] : [unsettled()]),
    ...checkInputs(round.state, metadata),
    ...checkOutputs(round.outputs, round.state, metadata),
    ...originals.differences,
    ...rows.differences,
    ...checkReports(round.state, directory),
    ...checkTotals(round.state, directory),
    ...(request.countLoggedTokens === undefined ? [] : await checkLoggedTokens(round.state, request.countLoggedTokens)),
  ];
  const left_out = leftOutOfRun(round.state, directory);
  const result: ReconciliationResult = { agreed: differences.length === 0, rounds, differences };
  if (left_out.length > 0) result.left_out = left_out;
  for (const counts of rows.counts) request.log.write('INFO', countText(counts), { ...counts });
  for (const note of originals.notes) request.log.write('INFO', note);
  for (const left of rows.left) request.log.write('INFO', leftText(left), left);
  for (const left of left_out) request.log.write('INFO', leftOutText(left), { ...left });
  record(request.log, round, result);
  return result;
}

function countText({ step, items, sequences, rows }: RowCount): string {
  return `step ${step}: ${sequences} sequences in, ${rows} rows out (${items} files)`;
}

function leftText({ step, bytes }: { step: number; bytes: number }): string {
  return `step ${step}: sequences and rows were not counted in ${bytes} bytes; "drover reconcile" does it`;
}

async function settle(request: ReconcileRequest): Promise<{ round: Round; rounds: number; settled: boolean }> {
  let round = await checkOnce(request, null);
  for (let rounds = 2; rounds <= MOST_ROUNDS; rounds += 1) {
    if (round.files > 0) await request.pause(PAUSE_MS);
    const next = await checkOnce(request, round);
    if (next.signature === round.signature) return { round: next, rounds, settled: true };
    round = next;
  }
  return { round, rounds: MOST_ROUNDS, settled: false };
}

async function checkOnce({ directory, state: given }: ReconcileRequest, before: Round | null): Promise<Round> {
  const journal = stamp(journalFile(directory));
  // Folding the journal of 100,000 items takes a second, so it is only folded if it has changed.
  const known = given ?? (before?.signature.startsWith(`${journal} `) === true ? before.state : undefined);
  const state = known ?? readJournal(journalFile(directory)).state;
  const hash = createHash('sha256');
  const outputs = new SeenOutputs(state, directory);
  await outputs.read((seen) => hash.update(seen));
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

/** Returns size and time of a file in a few characters. */
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

function record(log: ReconcileRequest['log'], round: Round, result: ReconciliationResult): void {
  for (const difference of result.differences) log.write('WARNING', difference.detail, { difference: difference.what });
  const { total, complete, failed, skipped, pending, running } = totalCounts(round.state);
  log.write(result.agreed ? 'INFO' : 'WARNING', result.agreed ? 'Everything agrees' : 'There are differences', {
    agreed: result.agreed,
    rounds: result.rounds,
    differences: result.differences.length,
    outputs: round.outputs.length,
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
  /** `end`: by the run's owner, directly after the end; `later`: on request, and everything is read again. */
  when: 'end' | 'later';
  env: Environment;
  /** Cancels the check, which then has no result. */
  signal?: AbortSignal;
}

/**
 * Checks a run and writes the verdict to reconciliation.log and reconciliation.json. The caller has to mark an archive as stale before.
 * @returns null if the check was cancelled
 * @throws the file system's error if something cannot be read or written
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

/** Returns `DROVER_RECONCILE_PAUSE_MS` if it is a number, so that tests need not wait. Returns null for the default pause. */
function pauseOf(env: Environment): number | null {
  const given = Number(env['DROVER_RECONCILE_PAUSE_MS'] ?? '');
  return env['DROVER_RECONCILE_PAUSE_MS'] !== undefined && Number.isFinite(given) && given >= 0 ? given : null;
}
