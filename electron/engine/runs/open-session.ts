import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { isNoteworthy, type LeftOut, leftOutHeadline, leftOutNames } from '../../../shared/left-out.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { Environment } from '../data-home.ts';
import { keepFree } from '../disk/keep-free.ts';
import type { HostPurpose } from '../engine-api.ts';
import { openJournal } from '../journal/journal-writer.ts';
import { type JournalReading, readJournal } from '../journal/read-journal.ts';
import type { ComponentLog } from '../logs/component-log.ts';
import { takeOwnership } from '../ownership/owner-file.ts';
import { removeDrafts } from '../ownership/remove-drafts.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import type { RuntimeFolder } from '../processes/runtime-folder.ts';
import { markArchiveStale } from '../records/archive-state.ts';
import { readMetadata } from '../records/metadata.ts';
import type { Metadata } from '../records/metadata-schema.ts';
import { readSettings } from '../settings/settings-file.ts';
import { RESTART_FIRST_MS } from '../steps/limits.ts';
import { inheritedEnvironment } from '../workers/worker-environment.ts';
import { linkInRun } from './links-in-run.ts';
import { journalFile } from './run-directory.ts';
import { openRunLog } from './run-logs.ts';
import { RunSession } from './run-session.ts';

export interface SessionRequest {
  directory: string;
  home: string;
  purpose: HostPurpose;
  table: ProcessTable;
  runtime: RuntimeFolder;
  env: Environment;
  /** Whether results that others have put in the place of the run's own may be replaced. */
  overwrite?: boolean;
  /** What metadata.json says, where that is known already: reading 100,000 inputs again takes time and memory. */
  metadata?: Metadata | undefined;
}

/** Takes a run: ownership, journal folded and open for more, log open. */
export function openSession(request: SessionRequest): Result<RunSession, Problem> {
  const { directory, table } = request;
  const metadata = request.metadata === undefined ? readMetadata(directory) : ok(request.metadata);
  if (!metadata.ok) return metadata;
  const link = linkInRun(directory);
  if (link !== null) return err(link);
  const ownership = takeOwnership(directory, table);
  if (!ownership.ok) return ownership;
  removeDrafts(directory, table);
  const folded = foldJournal(directory);
  if (!folded.ok) {
    ownership.value.release();
    return folded;
  }
  const { run } = metadata.value;
  if (request.purpose !== 'run') markArchiveStale(directory);
  const runLog = openRunLog(directory, run);
  const journal = openJournal(
    {
      path: journalFile(directory),
      onTrouble: (message) => session.sayJournalTrouble(message),
    },
    statSync(journalFile(directory)).size > folded.value.wholeBytes,
  );
  const { settings } = readSettings(request.home);
  const session: RunSession = new RunSession({
    directory,
    home: request.home,
    metadata: metadata.value,
    state: folded.value.state,
    ownership: ownership.value,
    journal,
    runLog,
    table,
    runtime: request.runtime,
    env: request.env,
    workerEnv: inheritedEnvironment(request.env),
    stopGraceMs: millisecondsOf(request.env, 'DROVER_STOP_GRACE_MS', settings.stopGraceSeconds * 1000),
    restartPauseMs: millisecondsOf(request.env, 'DROVER_RESTART_PAUSE_MS', RESTART_FIRST_MS),
    overwrite: request.overwrite ?? false,
    keepFree: keepFree(request.env, settings),
  });
  session.record({ type: 'owner-taken', purpose: request.purpose, pid: process.pid, host: hostname() });
  runLog.write('INFO', 'run taken', { purpose: request.purpose, pid: process.pid });
  if (request.purpose === 'run') sayLeftOut(runLog, metadata.value.left_out ?? []);
  return ok(session);
}

/** What is no input stands in the run's log as well, beside metadata.json and the summary. */
function sayLeftOut(runLog: ComponentLog, leftOut: readonly LeftOut[]): void {
  for (const group of leftOut) {
    const files = leftOutNames(group);
    const { reason, count } = group;
    runLog.write(isNoteworthy(group) ? 'WARNING' : 'INFO', `left out: ${leftOutHeadline(group)}`, {
      reason,
      count,
      files,
    });
  }
}

/** A time that a variable sets, such as the grace between SIGTERM and SIGKILL: its value where it is a number, else the standing one. */
function millisecondsOf(env: Environment, name: string, standing: number): number {
  const given = Number(env[name] ?? '');
  return env[name] !== undefined && Number.isFinite(given) && given >= 0 ? given : standing;
}

function foldJournal(directory: string): Result<JournalReading, Problem> {
  const path = journalFile(directory);
  try {
    const reading = readJournal(path);
    if (reading.state.run !== '') return ok(reading);
    return err(problem('run-damaged', `${path} does not begin with the creation of a run.`, 'Launch the run again.'));
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return err(problem('run-damaged', `${path} cannot be read: ${message}.`, 'Launch the run again.'));
  }
}
