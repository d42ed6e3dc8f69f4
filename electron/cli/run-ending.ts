import { basename } from 'node:path';
import { z } from 'zod';
import { count, duration, itemRate, plural, shareText } from '../../shared/format.ts';
import type { Failure } from '../../shared/run/failure.ts';
import { sameMessages } from '../../shared/run/log-problems.ts';
import type { ProgressModel } from '../../shared/run/progress-model.ts';
import type { RunState } from '../../shared/run/run-model.ts';
import { totalCounts } from '../../shared/run/run-state.ts';
import { type RunStatus, succeeded } from '../../shared/run/run-status.ts';
import { stepUse } from '../../shared/run/step-times.ts';
import { clipEnd, oneLine } from '../../shared/text-columns.ts';
import { withoutOwnFile } from '../../shared/without-own-file.ts';
import { type CliContext, EXIT } from './cli-context.ts';
import type { Followed } from './follow-run.ts';

/** The number of failures that are shown; the summary has more. */
const SHOWN_FAILURES = 5;
/** A message with a path and advice is longer than a line of a terminal; the summary has what is cut off. */
const EVIDENCE_COLUMNS = 320;

/** How much of the end of a run's log is read. */
const TAIL_BYTES = 64 * 1024;
/** The number of errors that are shown. */
const SHOWN_ERRORS = 3;
/** What an engine writes into the log when it takes a run. */
const RUN_TAKEN = 'run taken';

/** Returns the exit status for a run's status. */
export function exitStatusOf(status: RunStatus): number {
  return succeeded(status) ? EXIT.done : EXIT.runFailed;
}

/**
 * Returns the report for a person when a run has ended: how it ended, what failed and why, and what to do next.
 * @param errors of the run itself, shown where no item and no worker has failed
 */
export function runEndingLines(model: ProgressModel, status: RunStatus, errors: readonly RunLogError[]): string[] {
  const { state } = model;
  const failures = failureLines(state);
  const why = failures.length > 0 ? failures : errors.flatMap(errorLines);
  return [headline(model, status), ...useLines(state), ...why, ...adviceLines(state, status)];
}

/** Describes how each step used its workers, where it had several. */
function useLines(state: RunState): string[] {
  return state.steps.flatMap((step) => {
    const use = stepUse(step, Date.now());
    if (use.share === null || step.workers.length < 2) return [];
    return [`  ${step.name}: ${shareText(use.share, use)} on ${plural(step.workers.length, 'worker')}`];
  });
}

function errorLines({ message, advice }: RunLogError): string[] {
  return [`  ${oneLine(message)}`, ...(advice === null ? [] : [`    ${oneLine(advice)}`])];
}

function headline(model: ProgressModel, status: RunStatus): string {
  const counts = totalCounts(model.state);
  const parts = [`${count(counts.complete)} of ${plural(counts.total, 'item')} complete`];
  if (counts.failed > 0) parts.push(`${count(counts.failed)} failed`);
  if (counts.skipped > 0) parts.push(`${count(counts.skipped)} skipped`);
  const left = counts.pending + counts.running;
  if (left > 0) parts.push(`${count(left)} not done`);
  return `${STATUS_WORDS[status]}: ${parts.join(', ')}${timeText(model)}`;
}

const STATUS_WORDS: Record<RunStatus, string> = {
  pending: 'Not started',
  queued: 'Still waiting for devices',
  running: 'Still running',
  stopping: 'Stopping',
  completed: 'Completed',
  'completed-with-failures': 'Completed with failures',
  failed: 'Failed',
  stopped: 'Stopped',
  interrupted: 'Interrupted',
};

function timeText({ state, sessionStarted }: ProgressModel): string {
  if (sessionStarted === null || state.ended === null || state.latest === null) return '';
  // Both times are from the clock of the engine that owned the run, so a later change of the machine's clock does not matter.
  const seconds = (Date.parse(state.latest) - Date.parse(sessionStarted)) / 1000;
  if (!(seconds >= 0)) return '';
  const done = finishedSince(state, sessionStarted);
  return ` in ${duration(seconds)}${done > 1 && seconds > 0 ? ` (${itemRate(done / seconds)})` : ''}`;
}

/** Counts the items of this session. Items have no times, so after a resume their number is unknown, and the result is 0. */
function finishedSince(state: RunState, sessionStarted: string): number {
  const counts = totalCounts(state);
  return state.started === sessionStarted ? counts.complete + counts.failed : 0;
}

function failureLines(state: RunState): string[] {
  const failures = itemFailures(state);
  const shown = failures.length > 0 ? failures : workerFailures(state);
  const kinds = sameMessages(shown, ({ why }) => `${why.reason} ${why.evidence}`);
  const lines = kinds.slice(0, SHOWN_FAILURES).flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const { what, why } = first;
    const others = alike.length > 1 ? ` and ${count(alike.length - 1)} more with the same message` : '';
    return [
      `  ${what}${others}: ${why.reason}: ${clipEnd(oneLine(why.evidence), EVIDENCE_COLUMNS)}`,
      `    ${why.advice}`,
    ];
  });
  const more = shown.length - kinds.slice(0, SHOWN_FAILURES).reduce((sum, alike) => sum + alike.length, 0);
  return more > 0 ? [...lines, `  and ${count(more)} more; the summary lists them`] : lines;
}

interface ReportedFailure {
  what: string;
  why: Failure;
}

function itemFailures(state: RunState): ReportedFailure[] {
  return state.steps.flatMap((step) =>
    step.items
      .values()
      .flatMap(({ status, failure, file }) =>
        status === 'failed' && failure !== null
          ? [{ what: oneLine(basename(file)), why: { ...failure, evidence: withoutOwnFile(failure.evidence, file) } }]
          : [],
      )
      .toArray(),
  );
}

function workerFailures(state: RunState): ReportedFailure[] {
  return state.steps.flatMap((step) =>
    step.workers.flatMap(({ worker, state: end }) =>
      (end.status === 'failed' || end.status === 'lost') && end.failure !== null
        ? [{ what: worker, why: end.failure }]
        : [],
    ),
  );
}

function resumeLine({ run }: RunState): string {
  return `  Once that is fixed: drover resume ${run}`;
}

/** Whether a resume, which keeps the parameters, would end in the same way: then the advice is to launch the run again. */
function onlyByParameters(state: RunState): boolean {
  const failures = [...itemFailures(state), ...workerFailures(state)];
  return failures.length > 0 && failures.every(({ why }) => why.reason === 'code-not-trusted');
}

function adviceLines(state: RunState, status: RunStatus): string[] {
  switch (status) {
    case 'completed':
      return [];
    case 'completed-with-failures':
      return [`  Logs: drover logs ${state.run}`, `  Once that is fixed: drover retry ${state.run}`];
    case 'failed':
      return [`  Logs: drover logs ${state.run}`, ...(onlyByParameters(state) ? [] : [resumeLine(state)])];
    case 'stopped':
    case 'interrupted':
      return [`  Continue with: drover resume ${state.run}`];
    case 'pending':
    case 'queued':
    case 'running':
    case 'stopping':
      return [`  It continues: drover watch ${state.run}`];
    default:
      return status satisfies never;
  }
}

/** Reports on standard error how a followed run ended. */
export async function reportEnding(context: CliContext, { status, model }: Followed): Promise<void> {
  const { run } = model.state;
  const errors = status === 'failed' ? await runLogErrors(context, run) : [];
  for (const line of runEndingLines(model, status, errors)) context.report(line);
  const differences = await foundDifferences(context, run);
  if (differences > 0)
    context.report(`  The check found ${plural(differences, 'difference')}: drover logs ${run} reconciliation`);
}

/** Returns the number of differences from the last line of the check at the end of the run; 0 also where the check was cut short. */
async function foundDifferences({ engine }: CliContext, run: string): Promise<number> {
  const tail = await engine.tailLog({ run, source: 'reconciliation', lines: 1 });
  if (!tail.ok) return 0;
  try {
    return verdictSchema.parse(JSON.parse(new TextDecoder().decode(tail.value.bytes))).fields.differences;
  } catch {
    return 0;
  }
}

const verdictSchema = z.object({ fields: z.object({ differences: z.number() }) });

/** An error of the run itself, not of a worker or an item, from the run's own log. */
interface RunLogError {
  message: string;
  advice: string | null;
}

interface LogRecord {
  level?: unknown;
  message?: unknown;
  fields?: { advice?: unknown };
}

/**
 * Returns the last errors in `run.log`: why a run failed although no item and no worker did. Empty when there are none, or no such log.
 * Errors of earlier owners are left out: they come before the line with which the last owner took the run, whatever their clocks showed.
 */
export async function runLogErrors({ engine }: CliContext, run: string): Promise<RunLogError[]> {
  const sources = await engine.logSources({ run });
  const log = sources.ok ? sources.value.find(({ source }) => source === 'run') : undefined;
  if (log === undefined) return [];
  const offset = Math.max(0, log.size - TAIL_BYTES);
  const range = await engine.readLog({ run, source: 'run', offset, length: TAIL_BYTES });
  if (!range.ok) return [];
  const records = new TextDecoder().decode(range.value.bytes).split('\n').flatMap(recordOf);
  const taken = records.findLastIndex(({ message }) => message === RUN_TAKEN);
  return records
    .slice(taken + 1)
    .flatMap(errorOf)
    .slice(-SHOWN_ERRORS);
}

function errorOf(record: LogRecord): RunLogError[] {
  if (record.level !== 'ERROR' || typeof record.message !== 'string') return [];
  const advice = record.fields?.advice;
  return [{ message: record.message, advice: typeof advice === 'string' ? advice : null }];
}

function recordOf(line: string): LogRecord[] {
  try {
    return [JSON.parse(line) as LogRecord];
  } catch {
    // The first line of the range may be cut.
    return [];
  }
}
