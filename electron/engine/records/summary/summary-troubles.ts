import { basename } from 'node:path';
import type { LogProblem } from '../../../../shared/contract/logs.ts';
import { foldingKey } from '../../../../shared/folding-key.ts';
import { count, plural, time } from '../../../../shared/format.ts';
import type { Failure } from '../../../../shared/run/failure.ts';
import { sameMessages } from '../../../../shared/run/log-problems.ts';
import type { RunState } from '../../../../shared/run/run-model.ts';
import { cell, clipEnd, clipStart, columnsOf, LINE_COLUMNS, oneLine, wrap } from '../../../../shared/text-columns.ts';
import { withoutLogPrefix } from '../../../../shared/without-log-prefix.ts';
import { withoutOwnFile } from '../../../../shared/without-own-file.ts';
import { heading } from '../archive/archive.ts';
import { leftOutText } from '../reconcile/left-out.ts';
import { andMore, type SummaryInput, type SummaryLimits } from './summary-input.ts';

/** Number of kinds of failures that get their own heading. */
const FAILURE_KINDS = 6;
/** Number of items that are named for each failure message. */
const FAILED_ALIKE = 3;
/** Columns of a failed file's name. The evidence takes the rest of the line. */
const FILE_COLUMNS = 40;
/** Columns of the name of the file that a worker was processing. */
const PROBLEM_FILE_COLUMNS = 20;
/** Indentation of the second line of a warning, so that it starts below the words of the first. */
const CONTINUED_COLUMNS = 17;

/** Lists warnings and errors that workers printed: errors first, then by frequency. */
export function problemsSection(input: SummaryInput, limits: SummaryLimits): string[] {
  const frequent = sameInAllWorkers(input.problems).toSorted((a, b) => b.count - a.count);
  const sorted = [
    ...frequent.filter((problem) => problem.level === 'error'),
    ...frequent.filter((problem) => problem.level === 'warning'),
  ];
  const shown = sorted.slice(0, limits.problems);
  return [
    heading('Errors and warnings in the logs'),
    ...orNone(shown.flatMap(problemLines)),
    ...andMore(sorted.length, shown.length, 'kind'),
  ];
}

/** Merges what several workers of a step printed in the same way into one line. */
function sameInAllWorkers(problems: readonly LogProblem[]): LogProblem[] {
  const kinds = Map.groupBy(problems, keyOf);
  return [...kinds.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const workers = new Set(alike.map(({ worker }) => worker)).size;
    const count = alike.reduce((sum, problem) => sum + problem.count, 0);
    if (alike.length === 1) return [first];
    return [{ ...first, count, worker: workers === 1 ? first.worker : plural(workers, 'worker'), file: null }];
  });
}

/** Returns the key for merging. Messages about the run itself are compared in full: they differ in details that matter, such as the device. */
function keyOf({ step, level, text }: LogProblem): string {
  return `${step} ${level} ${isOfRun(step) ? text : foldingKey(text)}`;
}

/** Clips what workers printed, because their logs have the full text. Messages about the run are shown in full, because they are read here. */
function problemLines(problem: LogProblem): string[] {
  const times = `${count(problem.count)} ×`.padStart(8);
  const line = `${problem.level.padEnd(7)} ${times} ${place(problem)}: ${oneLine(messageOf(problem))}`;
  if (!isOfRun(problem.step) || columnsOf(line) <= LINE_COLUMNS) return [clipEnd(line, LINE_COLUMNS)];
  const [first = '', ...rest] = wrap(line, 0);
  return [first, ...wrap(rest.join(' '), CONTINUED_COLUMNS)];
}

/** Removes the file's name from a message. The line shows the file before the message. */
function messageOf(problem: LogProblem): string {
  const message = withoutLogPrefix(problem.text);
  return problem.level === 'error' && !isOfRun(problem.step) ? withoutOwnFile(message, problem.file ?? '') : message;
}

/** An error belongs to the item that its worker was processing. A message about the run itself belongs to no step. */
function place({ step, worker, file, level }: LogProblem): string {
  if (isOfRun(step)) return worker;
  return `step ${step} ${worker}${(file ?? null) === null || level === 'warning' ? '' : ` ${clipStart(oneLine(basename(file ?? '')), PROBLEM_FILE_COLUMNS)}`}`;
}

function isOfRun(step: number): boolean {
  return step === 0;
}

interface FailedItem {
  step: number;
  file: string;
  failure: Failure | null;
}

/** Lists failed items by reason, the most frequent reason first, with advice. */
export function failuresSection(input: SummaryInput, limits: SummaryLimits): string[] {
  const failed = failedItems(input.state);
  const kinds = [...Map.groupBy(failed, (item) => item.failure?.reason ?? 'unknown')].sort(
    ([, a], [, b]) => b.length - a.length,
  );
  const lines: string[] = [];
  let shown = 0;
  for (const [reason, items] of kinds.slice(0, FAILURE_KINDS)) {
    lines.push(...wrap(`${reason}, ${plural(items.length, 'item')}: ${items[0]?.failure?.advice ?? ''}`, 0));
    for (const alike of sameMessages(items, evidenceOf)) {
      if (shown >= limits.failures) break;
      const listed = alike.slice(0, Math.min(FAILED_ALIKE, limits.failures - shown));
      shown += alike.length > FAILED_ALIKE ? alike.length : listed.length;
      lines.push(...listed.map(failedLine));
      if (alike.length > FAILED_ALIKE)
        lines.push(`  and ${plural(alike.length - listed.length, 'more item')} with the same message`);
    }
  }
  return [
    heading('Failed items'),
    ...orNone(lines),
    ...andMore(failed.length, Math.min(shown, failed.length), 'failed item'),
  ];
}

function failedItems(state: RunState): FailedItem[] {
  return state.steps.flatMap((step) =>
    step.items
      .values()
      .filter((item) => item.status === 'failed')
      .map((item) => ({ step: step.step, file: item.file, failure: item.failure }))
      .toArray(),
  );
}

function evidenceOf({ file, failure }: FailedItem): string {
  return withoutOwnFile(failure?.evidence ?? '', file);
}

function failedLine(item: FailedItem): string {
  const file = cell(clipStart(oneLine(item.file), FILE_COLUMNS), FILE_COLUMNS);
  return clipEnd(`  step ${item.step} ${file} ${oneLine(evidenceOf(item))}`, LINE_COLUMNS).trimEnd();
}

/** Lists what people did during the run. If there is too much, only the latest actions are shown. */
export function interventionsSection(input: SummaryInput, limits: SummaryLimits): string[] {
  const all = input.state.interventions;
  const shown = all.slice(-limits.interventions);
  const earlier = all.length - shown.length;
  return [
    heading('Done by hand'),
    ...(earlier > 0 ? [`… ${count(earlier)} earlier`] : []),
    ...orNone(shown.map((done) => clipEnd(`${time(done.time)}  ${oneLine(done.what)}`, LINE_COLUMNS))),
  ];
}

/** Shows whether inputs, outputs, reports and totals agree. */
export function reconciliationSection(input: SummaryInput, limits: SummaryLimits): string[] {
  const result = input.reconciliation;
  if (result === null) return [heading('Reconciliation'), 'not done yet'];
  const shown = result.differences.slice(0, limits.differences);
  const verdict = result.agreed
    ? 'agreed: inputs, outputs, reports and totals fit together'
    : `differs: ${plural(result.differences.length, 'difference')}`;
  return [
    heading('Reconciliation'),
    `${verdict} (${plural(result.rounds, 'round')})`,
    ...shown.map((difference) => clipEnd(oneLine(`${difference.what}: ${difference.detail}`), LINE_COLUMNS)),
    ...andMore(result.differences.length, shown.length, 'difference'),
    ...(result.left_out ?? []).map((left) => clipEnd(oneLine(leftOutText(left)), LINE_COLUMNS)),
  ];
}

function orNone(lines: string[]): string[] {
  return lines.length === 0 ? ['none'] : lines;
}
