import { statSync } from 'node:fs';
import { hostname } from 'node:os';
import { type Begin, beginOf } from '../../../shared/contract/launch.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { ControlAnswer, ControlRequest } from '../../../shared/run/control.ts';
import { isNoteworthy, type LeftOut, leftOutHeadline, leftOutNames } from '../../../shared/run/left-out.ts';
import type { RunEndStatus } from '../../../shared/run/run-events.ts';
import type { RunState } from '../../../shared/run/run-model.ts';
import type { Environment } from '../files/data-home.ts';
import { inheritedEnvironment } from '../hosts/worker-environment.ts';
import type { OwnerPurpose } from '../launch/headless.ts';
import type { ComponentLog } from '../logs/component-log.ts';
import type { ProcessTable } from '../processes/process-table.ts';
import type { RuntimeFolder } from '../processes/runtime-folder.ts';
import { markArchiveStale } from '../records/archive/archive-state.ts';
import { unpackLogs } from '../records/archive/packed-logs.ts';
import { askedChecksum } from '../run-directory/asked-checksum.ts';
import { openRequests, serveControl } from '../run-directory/control-files.ts';
import { openJournal } from '../run-directory/journal-writer.ts';
import { linkInRun } from '../run-directory/links-in-run.ts';
import { liveElsewhere } from '../run-directory/live-workers.ts';
import { RecordedInputs, readMetadata } from '../run-directory/metadata.ts';
import type { Metadata } from '../run-directory/metadata-schema.ts';
import { type Ownership, removeDrafts } from '../run-directory/owner-file.ts';
import { journalFile } from '../run-directory/paths.ts';
import { type JournalReading, readJournal } from '../run-directory/read-journal.ts';
import { type Patience, takeWhenFree } from '../run-directory/while-holding.ts';
import { keepFree, millisecondsOf } from '../settings/run-environment.ts';
import { readSettings } from '../settings/settings-file.ts';
import { executeRun } from './execute-run.ts';
import { moveInQueue, queueAgain } from './hold-devices.ts';
import { findFailedItems } from './reset-failed.ts';
import { openRunLog } from './run-logs.ts';
import { RunSession } from './run-session.ts';

/** First pause before a worker that ended without result is started again, or an item is tried again; it doubles. A setting. */
const RESTART_FIRST_MS = 1_000;

/** A run that this process owns and executes. */
export interface OwnedRun {
  session: RunSession;
  /** Resolves when the run has ended and nothing of it is left in this process; with null when it was handed over to another engine. */
  ended: Promise<RunEndStatus | null>;
}

/**
 * Takes a run and executes it to its end. Serves requests of other processes, and resets failed items if the purpose says so.
 * @param items failed items to try again; all when empty
 */
export async function ownRun(request: SessionRequest, items: readonly string[]): Promise<Result<OwnedRun, Problem>> {
  const earlier = openRequests(request.directory);
  const opened = await openSession(request);
  if (!opened.ok) return opened;
  const session = opened.value;
  resetFailed(session, request.purpose, items);
  if (request.begin?.kind === 'when-free') queueAgain(session, request.begin.any);
  const decide = (asked: ControlRequest): ControlAnswer => {
    if (asked.request === 'move') return moveInQueue(session, asked);
    session.stop({ by: asked.by, force: asked.force });
    return { accepted: true, message: asked.force ? 'killing the workers' : 'stopping the workers' };
  };
  const isQueued = (): boolean => session.state.status === 'queued';
  const endControl = serveControl(request.directory, earlier, decide, isQueued);
  return ok({ session, ended: execute(session, endControl) });
}

async function execute(session: RunSession, endControl: () => void): Promise<RunEndStatus | null> {
  try {
    return await executeRun(session);
  } catch (error) {
    // A bug, or a disk that fails.
    session.reportBreakdown(error);
    throw error;
  } finally {
    endControl();
    await session.close();
  }
}

/** Resets failed items, which are tried again only on request. Items that a crash interrupted are pending anyway. */
function resetFailed(session: RunSession, purpose: OwnerPurpose, names: readonly string[]): void {
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

/** What is needed to take a run. Waiting and unpacking take a while, in which this process may begin to end: then `isWanted` says no. */
export interface SessionRequest extends Patience {
  directory: string;
  home: string;
  purpose: OwnerPurpose;
  table: ProcessTable;
  runtime: RuntimeFolder;
  env: Environment;
  /** When a run that goes on begins; a new one has that in its metadata. */
  begin?: Begin | undefined;
  /** Whether results that others have put in place of the run's own may be replaced. */
  overwrite?: boolean;
  /** The content of metadata.json, if it is known already: reading 100,000 inputs again takes time and memory. */
  metadata?: Metadata | undefined;
}

/** Takes a run: becomes its owner, unpacks logs, folds the journal and opens it for writing, opens the log. */
async function openSession(request: SessionRequest): Promise<Result<RunSession, Problem>> {
  const { directory, table } = request;
  const link = linkInRun(directory);
  if (link !== null) return err(link);
  const ownership = await takeWhenFree(directory, table, request);
  if (!ownership.ok) return ownership;
  const session = await open(request, ownership.value);
  if (!session.ok) ownership.value.release();
  return session;
}

async function open(request: SessionRequest, ownership: Ownership): Promise<Result<RunSession, Problem>> {
  const { directory, table } = request;
  removeDrafts(directory, table);
  // A resumed run appends to its logs.
  const unpacked = await unpackLogs(directory);
  if (!unpacked.ok) return unpacked;
  if (request.isWanted?.() === false) return err(isEnding());
  const metadata = request.metadata === undefined ? readMetadata(directory) : ok(request.metadata);
  if (!metadata.ok) return metadata;
  const folded = foldJournal(directory);
  if (!folded.ok) return folded;
  const { run } = metadata.value;
  if (liveElsewhere(folded.value.state, directory, table).length > 0) return err(workersElsewhere(run));
  if (request.purpose !== 'run') markArchiveStale(directory);
  const runLog = openRunLog(directory, run);
  const journal = openJournal(
    {
      path: journalFile(directory),
      onTrouble: (message) => session.reportJournalTrouble(message),
    },
    statSync(journalFile(directory)).size > folded.value.wholeBytes,
  );
  const { settings } = readSettings(request.home);
  // Whoever takes the place of an engine that was killed does what that one was asked to.
  const { stop, status } = folded.value.state;
  const unfinishedStop = request.purpose === 'adopt' && status === 'stopping' ? stop : null;
  const session: RunSession = new RunSession({
    directory,
    home: request.home,
    metadata: metadata.value,
    state: folded.value.state,
    ownership,
    journal,
    runLog,
    table,
    runtime: request.runtime,
    env: request.env,
    workerEnv: inheritedEnvironment(request.env),
    stopGraceMs: millisecondsOf(request.env, 'DROVER_STOP_GRACE_MS', settings.stopGraceSeconds * 1000),
    restartPauseMs: millisecondsOf(request.env, 'DROVER_RESTART_PAUSE_MS', RESTART_FIRST_MS),
    begin: request.begin ?? beginAsBefore(request.purpose, metadata.value, folded.value.state),
    overwrite: request.overwrite ?? false,
    keepFree: keepFree(request.env, settings),
  });
  const asked = askedOf(metadata.value, folded.value.state.asked);
  session.record({ type: 'owner-taken', purpose: request.purpose, pid: process.pid, host: hostname(), ...asked });
  if (unfinishedStop !== null) session.stop(unfinishedStop);
  runLog.write('INFO', 'run taken', { purpose: request.purpose, pid: process.pid });
  if (request.purpose === 'run') logLeftOut(runLog, metadata.value.left_out ?? []);
  return ok(session);
}

/** Returns how a run begins that nobody asks about. An engine that takes the place of another goes on as that one did. */
function beginAsBefore(purpose: OwnerPurpose, { request }: Metadata, { queue }: RunState): Begin {
  if (purpose === 'adopt' && queue !== null) return { kind: 'when-free', any: null };
  return purpose === 'run' || purpose === 'adopt' ? beginOf(request) : beginOf({});
}

/** Returns the checksum of the request in the form of this release, if the journal does not have it yet. */
function askedOf({ inputs, ...head }: Metadata, known: readonly string[]): { asked?: string } {
  if (known.length === 0 || !(inputs instanceof RecordedInputs)) return {};
  const asked = askedChecksum({ ...head, inputs: inputs.list });
  return known.includes(asked) ? {} : { asked };
}

/** Logs what was left out of the inputs, as metadata.json and the summary do. */
function logLeftOut(runLog: ComponentLog, leftOut: readonly LeftOut[]): void {
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

function workersElsewhere(run: string): Problem {
  return problem(
    'run-active',
    `Workers of run ${run} live in another PID namespace, as in a container; from here they can be neither taken over nor ended.`,
    'Resume or stop the run there, or end that container; then try again.',
  );
}

/** The problem when a run is requested of a process that is about to end. */
export function isEnding(): Problem {
  return problem(
    'cannot-start',
    'This Drover is ending and takes no more runs.',
    'Start it again; a run that is recorded already goes on with "drover resume".',
  );
}

function foldJournal(directory: string): Result<JournalReading, Problem> {
  const path = journalFile(directory);
  try {
    const reading = readJournal(path);
    if (reading.state.run !== '') return ok(reading);
    return err(problem('run-damaged', `${path} does not begin with the creation of a run.`, 'Launch the run again.'));
  } catch (error) {
    const message = messageOf(error);
    return err(problem('run-damaged', `${path} cannot be read: ${message}.`, 'Launch the run again.'));
  }
}
