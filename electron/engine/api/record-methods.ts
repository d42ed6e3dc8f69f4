import { existsSync, readFileSync } from 'node:fs';
import type { Methods } from '../../../shared/contract/methods.ts';
import type { ReconciliationResult } from '../../../shared/contract/records.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { reportedUntil } from '../../../shared/run/run-time.ts';
import { makeArchive, restoreArchiveBlock } from '../records/archive/archive.ts';
import { markArchiveStale } from '../records/archive/archive-state.ts';
import { arePacked, packLogs, unpackLogs } from '../records/archive/packed-logs.ts';
import { verifyArchive } from '../records/archive/read-archive.ts';
import { runMetrics } from '../records/metrics/metrics.ts';
import { readObservations } from '../records/metrics/recorded-observations.ts';
import { reconcileRun } from '../records/reconcile/reconcile.ts';
import { buildSummary, writeSummary } from '../records/summary/summary.ts';
import { linkInRun } from '../run-directory/links-in-run.ts';
import { hasLiveWorkers } from '../run-directory/live-workers.ts';
import type { OwnerTask } from '../run-directory/owner-file.ts';
import { summaryFile } from '../run-directory/paths.ts';
import { type ReadRun, readRun } from '../run-directory/read-run.ts';
import { readReconciliation } from '../run-directory/reconciliation-file.ts';
import { whileHolding } from '../run-directory/while-holding.ts';
import { cleanRuns } from '../run-list/clean-runs.ts';
import type { EngineCore } from './engine-core.ts';

type RecordMethods = Pick<Methods, 'summary' | 'archive' | 'unpackLogs' | 'verifyArchive' | 'reconcile' | 'clean'>;

/** Methods about the records of a run. */
export function recordMethods(core: EngineCore): RecordMethods {
  return {
    async summary({ run }) {
      const found = core.find(run);
      if (!found.ok) return found;
      const path = summaryFile(found.value.directory);
      // The journal of a large run takes a while to read.
      if (existsSync(path)) return ok({ path, text: readFileSync(path, 'utf8') });
      const read = findAndRead(core, run);
      return read.ok ? ok({ path, text: describe(core, read.value) }) : read;
    },
    async archive({ run, pack = false }) {
      return withIdleRun(core, run, 'archiving', async (read) => {
        const { directory, state } = read;
        // Packed logs are in the archive alone, so it is never made again without them.
        const isPacked = pack || arePacked(directory);
        if (isPacked && hasLiveWorkers(state, directory, core.table)) return err(hasWorkersLeft(state.run));
        return orDiskProblem(directory, async () => {
          if (!existsSync(summaryFile(directory))) writeSummary(directory, describe(core, read));
          return isPacked ? packLogs(directory, new Date()) : makeArchive(directory, new Date());
        });
      });
    },
    async unpackLogs({ run }) {
      return withIdleRun(core, run, 'unpacking', async ({ directory }) => {
        const link = linkInRun(directory);
        if (link !== null) return err(link);
        const unpacked = await unpackLogs(directory);
        return unpacked.ok ? ok({ directory }) : unpacked;
      });
    },
    async verifyArchive({ run }) {
      const found = core.find(run);
      return found.ok ? verifyArchive(found.value.directory) : found;
    },
    async reconcile({ run }) {
      return withIdleRun(core, run, 'reconciling', async (read) => {
        const link = linkInRun(read.directory);
        if (link !== null) return err(link);
        return orDiskProblem(read.directory, () => reconcileAgain(core, read));
      });
    },
    async clean(request) {
      const { runs, table } = core;
      return cleanRuns({ runs, ...request, now: new Date(), table });
    },
  };
}

function findAndRead(core: EngineCore, run: string): Result<ReadRun, Problem> {
  const found = core.find(run);
  return found.ok ? readRun(found.value.directory) : found;
}

/** Holds a run and reads it, so that nobody changes it while records are made of it. */
async function withIdleRun<T>(
  core: EngineCore,
  run: string,
  task: OwnerTask,
  work: (read: ReadRun) => Promise<Result<T, Problem>>,
): Promise<Result<T, Problem>> {
  const read = findAndRead(core, run);
  if (!read.ok) return read;
  const { directory } = read.value;
  if (core.isOwned(directory)) {
    return err(
      problem('run-active', `Run ${run} is active.`, 'Wait for its end with "drover wait", or stop it first.'),
    );
  }
  const patience = { onWaiting: core.options.onWaiting };
  return whileHolding({ directory, table: core.table, task, patience }, async () => {
    const held = readRun(directory);
    return held.ok ? work(held.value) : held;
  });
}

function hasWorkersLeft(run: string): Problem {
  return problem(
    'run-active',
    `Run ${run} was interrupted, but its workers still run and write logs: they cannot be packed.`,
    'Stop it, which ends them, or resume it.',
  );
}

/** Turns a full or read-only disk into a problem; everything else is a bug. */
async function orDiskProblem<T>(directory: string, write: () => Promise<T>): Promise<Result<T, Problem>> {
  try {
    return ok(await write());
  } catch (error) {
    if (!(error instanceof Error && 'syscall' in error)) throw error;
    return err(
      problem(
        'data-folder',
        `The run's folder ${directory} cannot be written: ${error.message}.`,
        'Free space there, or give yourself the right to write there; what was there before stands.',
      ),
    );
  }
}

async function reconcileAgain(core: EngineCore, read: ReadRun): Promise<ReconciliationResult> {
  const { directory, metadata, state } = read;
  // Without its logs nothing archived is appended to.
  if (!arePacked(directory)) markArchiveStale(directory);
  const result = await reconcileRun({ directory, metadata, state, when: 'later', env: core.options.env });
  if (result === null) throw new Error('The reconciliation was interrupted without a request');
  writeSummary(directory, describe(core, read));
  restoreArchiveBlock(directory);
  return result;
}

function describe(core: EngineCore, read: ReadRun): string {
  const { directory, metadata, state } = read;
  const isAlive = core.isOwned(directory) || state.ended !== null;
  const status = isAlive ? state.status : 'interrupted';
  const observations = readObservations(directory);
  const metrics = runMetrics(state, new Date(reportedUntil(state, isAlive, Date.now())), observations);
  const reconciliation = readReconciliation(directory, state.ended);
  return buildSummary({ directory, status, state, metadata, metrics, problems: observations.problems, reconciliation });
}
