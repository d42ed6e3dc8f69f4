import type { LogProblem } from '../../../shared/contract/logs.ts';
import type { Methods } from '../../../shared/contract/methods.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { RunStatus } from '../../../shared/run/run-status.ts';
import { workingFolderOrHome } from '../files/data-home.ts';
import { measureFolder } from '../files/folder-size.ts';
import { launchRequestOf } from '../launch/launch-request-of.ts';
import { readDeviceSeries } from '../records/metrics/device-series.ts';
import { joinProblems, readObservations } from '../records/metrics/recorded-observations.ts';
import { askOwner } from '../run-directory/control-files.ts';
import { readMetadata } from '../run-directory/metadata.ts';
import { componentLog } from '../run-directory/paths.ts';
import { readRun, statusOfRun } from '../run-directory/read-run.ts';
import { unreadableFolders, unreadableProblem } from '../run-directory/run-places.ts';
import { deleteRun } from '../run-list/delete-run.ts';
import type { EngineCore } from './engine-core.ts';
import { listLogs } from './log-methods.ts';

type RunMethods = Pick<
  Methods,
  'stopRun' | 'findRun' | 'runs' | 'unreadableRuns' | 'runStatus' | 'deviceSeries' | 'logProblems'
>;

/** Methods about runs that are there. */
export function runMethods(core: EngineCore): RunMethods {
  return {
    stopRun: (request) => stopRun(core, request),
    findRun: ({ text, prefer }) => Promise.resolve(core.find(text, prefer)),
    runs: async () => ok(await core.runList.list()),
    async unreadableRuns() {
      const folders = unreadableFolders(core.runs);
      const found = unreadableProblem(folders);
      return ok(found === null ? null : { folders, problem: found });
    },
    async deviceSeries({ run, step, points }) {
      const found = core.find(run);
      if (!found.ok) return found;
      const folder = await core.packedCopies.folderOf(found.value.directory);
      return folder.ok ? ok(await readDeviceSeries(componentLog(folder.value, step, 'metrics'), points)) : folder;
    },
    logProblems: ({ run }) => logProblems(core, run),
    async runStatus({ run }) {
      const found = core.find(run);
      return found.ok ? statusOfRun(found.value.directory, core.isOwned(found.value.directory), new Date()) : found;
    },
  };
}

/** Returns warnings and errors of a run. Its owner knows them; otherwise they come from its records and its logs. */
async function logProblems(core: EngineCore, text: string): Promise<Result<LogProblem[], Problem>> {
  const found = core.find(text);
  if (!found.ok) return found;
  const { run, directory } = found.value;
  const findings = core.owned.get(run)?.session.findings;
  if (findings !== undefined) return ok(findings.problems());
  const sources = await listLogs(core, directory);
  if (!sources.ok) return sources;
  const printed = await core.scannedRuns.problemsOf(run, sources.value);
  return ok(joinProblems(readObservations(directory).problems, printed));
}

async function stopRun(
  core: EngineCore,
  request: { run: string; force: boolean; by: string },
): Promise<Result<{ status: RunStatus }, Problem>> {
  const found = core.find(request.run);
  if (!found.ok) return found;
  const { run, directory } = found.value;
  const own = core.owned.get(run);
  if (own !== undefined) {
    own.session.stop(request);
    return ok({ status: own.session.state.status });
  }
  const read = readRun(directory);
  if (!read.ok) return read;
  if (!core.isOwned(directory)) return stopWithoutOwner(core, directory, request);
  const answer = await askOwner(directory, { request: 'stop', force: request.force, by: request.by }, () =>
    core.isOwned(directory),
  );
  if (answer === null && core.isOwned(directory)) return err(noAnswer(run));
  const status = statusOfRun(directory, core.isOwned(directory), new Date());
  return status.ok ? ok({ status: status.value.status }) : status;
}

/** Stops a run whose engine crashed. It may still have workers: this takes the run, ends them and closes it. */
async function stopWithoutOwner(
  core: EngineCore,
  directory: string,
  request: { force: boolean; by: string },
): Promise<Result<{ status: RunStatus }, Problem>> {
  const status = statusOfRun(directory, false, new Date());
  if (!status.ok) return status;
  // A run that waits keeps its place without an engine; a stop takes it out all the same.
  const isOpen = status.value.status === 'interrupted' || status.value.status === 'queued';
  if (!isOpen) return ok({ status: status.value.status });
  const owned = await core.own(directory, 'resume', []);
  if (!owned.ok) return owned;
  owned.value.session.stop(request);
  return ok({ status: 'stopping' });
}

function noAnswer(run: string): Problem {
  return problem(
    'run-active',
    `The engine that owns run ${run} did not answer.`,
    'It may be stopped or hang; "drover status" shows its workers. Try again, or end that engine and use "drover resume".',
  );
}

type HistoryMethods = Pick<Methods, 'runSizes' | 'deleteRun' | 'launchRequestOf'>;

/** Methods about runs that are over: their sizes, deleting them, and launching them again. */
export function historyMethods(core: EngineCore): HistoryMethods {
  return {
    runSizes: async ({ runs }) => ok(await runSizes(core, runs)),
    async deleteRun({ run }) {
      const found = core.find(run);
      if (!found.ok) return found;
      const deleted = await deleteRun({ directory: found.value.directory, table: core.table });
      void core.runList.refresh();
      return deleted;
    },
    async launchRequestOf({ run }) {
      const found = core.find(run);
      if (!found.ok) return found;
      const metadata = readMetadata(found.value.directory);
      return metadata.ok ? ok(launchRequestOf(metadata.value, core.options.home, workingFolderOrHome())) : metadata;
    },
  };
}

/** Measures one after the other, because a person scrolls through them and the disk has other work. */
async function runSizes(core: EngineCore, runs: readonly string[]): Promise<{ run: string; bytes: number }[]> {
  const sizes: { run: string; bytes: number }[] = [];
  for (const run of runs) {
    const found = core.find(run);
    if (!found.ok) continue;
    const bytes = await measureFolder(found.value.directory);
    core.runList.setBytes(found.value.directory, bytes);
    sizes.push({ run, bytes });
  }
  return sizes;
}
