import { deviceLabel } from '../../shared/device.ts';
import {
  count,
  counterText,
  duration,
  itemRate,
  localTime,
  pausesText,
  plural,
  shareText,
  tokenText,
} from '../../shared/format.ts';
import { queueWish } from '../../shared/run/device-queue.ts';
import { pauseText } from '../../shared/run/dispatch-pause.ts';
import type { ItemCounts } from '../../shared/run/run-events.ts';
import type {
  FailedItemDocument,
  RunStatusDocument,
  StepStatusDocument,
  WorkerStatusDocument,
} from '../../shared/run/run-status.ts';
import { allTokens } from '../../shared/run/tokens.ts';
import { clipEnd, oneLine } from '../../shared/text-columns.ts';
import { withoutOwnFile } from '../../shared/without-own-file.ts';
import { type Column, tableLines } from './table.ts';

const STEP_COLUMNS: readonly Column[] = [
  { heading: 'STEP' },
  { heading: 'STATUS' },
  { heading: 'DISPATCH' },
  { heading: 'DONE', number: true },
  { heading: 'FAILED', number: true },
  { heading: 'TIME' },
  { heading: 'OF IDEAL' },
];

const WORKER_COLUMNS: readonly Column[] = [
  { heading: 'WORKER' },
  { heading: 'STEP', number: true },
  { heading: 'DEVICE' },
  { heading: 'STATUS' },
  { heading: 'PID', number: true },
  { heading: 'DONE', number: true },
  { heading: 'FAILED', number: true },
  { heading: 'STARTS', number: true },
  { heading: 'ENDED BY' },
];

const FAILED_COLUMNS: readonly Column[] = [
  { heading: 'FAILED ITEM' },
  { heading: 'STEP', number: true },
  { heading: 'WORKER' },
  { heading: 'ATTEMPTS', number: true },
  { heading: 'REASON' },
  { heading: 'MESSAGE' },
];

/** The number of failed items that fit on a screen beside the rest. */
const FAILED_SHOWN = 20;
/** How much of an item's message is shown, in columns: enough to distinguish failures. The summary has all of it. */
const MESSAGE_COLUMNS = 120;

/** Returns the output of `drover status`: head, steps, workers, failed items. */
export function statusLines(status: RunStatusDocument, now: Date): string[] {
  const { steps, workers } = status;
  return [
    ...head(status, now),
    '',
    ...tableLines(STEP_COLUMNS, steps.map(stepRow)),
    ...(workers.length === 0
      ? []
      : [
          '',
          ...tableLines(
            WORKER_COLUMNS,
            workers.map((worker) => workerRow(worker, status)),
          ),
        ]),
    ...failedLines(status),
    ...notes(status),
  ];
}

/** Returns what the tables have no room for: why workers wait or take no part, what was lowered, why a step could not go on. */
function notes({ steps, workers }: RunStatusDocument): string[] {
  const lines = [
    ...steps.flatMap(loweredLines),
    ...steps.flatMap(({ name, paused }) => (paused.times === 0 ? [] : [`${name} ${pausesText(paused)}`])),
    ...workers.flatMap(({ worker, step, waiting }) =>
      waiting === null ? [] : [`${worker} (step ${step}): ${waiting}`],
    ),
    ...steps.flatMap(({ name, reason }) => (reason === null ? [] : [`${name} could not go on: ${reason}`])),
  ];
  return lines.length === 0 ? [] : ['', ...lines.map(oneLine)];
}

function head(status: RunStatusDocument, now: Date): string[] {
  const { items, tokens } = status;
  const lines: [string, string][] = [
    ['Run', status.run],
    ['Name', status.name === null ? '' : oneLine(status.name)],
    ['Pipeline', status.pipeline],
    ['Status', status.status],
    ['Waits for', waitsText(status)],
    ['Paused', pausedText(status)],
    ['Started', timesText(status, now)],
    ['Items', itemsText(items)],
    ['Rate', status.rate === null ? '' : `${itemRate(status.rate)}${etaText(status.eta_seconds)}`],
    ['Tokens', allTokens(tokens) === 0 ? '' : `${tokenText(tokens)}; ${plural(status.requests, 'request')}`],
    ['Counted', counterText(status.counters)],
    ['Checked', checkText(status)],
    ['Folder', status.directory],
  ];
  return lines.filter(([, text]) => text !== '').map(([label, text]) => `${label.padEnd(9)} ${text}`);
}

/** Returns one line per parameter, however often it was lowered. */
function loweredLines({ name, lowered }: StepStatusDocument): string[] {
  return [...Map.groupBy(lowered, ({ parameter }) => parameter)].map(([parameter, steps]) => {
    const range = `from ${steps[0]?.from ?? ''} to ${steps.at(-1)?.to ?? ''}`;
    return `${name}: ${parameter} was lowered ${range} for want of device memory`;
  });
}

function timesText({ started, ended, status }: RunStatusDocument, now: Date): string {
  if (started === null) return '-';
  if (ended !== null) return `${localTime(started)}, ended ${localTime(ended)} (${took(started, ended, now)})`;
  return status === 'interrupted' ? localTime(started) : `${localTime(started)} (${took(started, null, now)} ago)`;
}

/** Describes what a run in the queue waits for. */
function waitsText({ status, queue }: RunStatusDocument): string {
  return status !== 'queued' || queue === null ? '' : `${queueWish(queue)} (since ${localTime(queue.since)})`;
}

/** Describes why no item is handed out at present. */
function pausedText({ steps }: RunStatusDocument): string {
  const pause = steps.find((step) => step.pause !== null)?.pause ?? null;
  return pause === null ? '' : `${pauseText(pause)} (since ${localTime(pause.since)})`;
}

function itemsText(items: ItemCounts): string {
  const states = ['complete', 'failed', 'running', 'pending', 'skipped'] as const;
  const parts = states.filter((state) => items[state] > 0).map((state) => `${count(items[state])} ${state}`);
  return [plural(items.total, 'item'), ...(parts.length === 0 ? [] : [parts.join(', ')])].join(': ');
}

function checkText({ reconciliation }: RunStatusDocument): string {
  if (reconciliation === null) return '';
  const { agreed, differences, checked } = reconciliation;
  return `${agreed ? 'everything agrees' : plural(differences, 'difference')} (${localTime(checked)})`;
}

function etaText(seconds: number | null): string {
  return seconds === null ? '' : `, done in ${duration(seconds)}`;
}

function stepRow(step: StepStatusDocument): string[] {
  return [
    `${step.step} ${step.name}`,
    step.status,
    step.dispatch,
    `${step.items.complete}/${step.items.total}`,
    String(step.items.failed),
    step.makespan_seconds === null ? '-' : duration(step.makespan_seconds),
    step.share_of_ideal === null ? '-' : shareText(step.share_of_ideal, step.losses).replace(' of ideal', ''),
  ];
}

function workerRow(worker: WorkerStatusDocument, run: RunStatusDocument): string[] {
  const isUnderWay = ['starting', 'running', 'stopping'].includes(worker.status);
  return [
    worker.worker,
    String(worker.step),
    deviceLabel(worker.device),
    // Its present state is unknown.
    run.status === 'interrupted' && isUnderWay ? 'interrupted' : worker.status,
    worker.pid === null ? '-' : String(worker.pid),
    String(worker.items.complete),
    String(worker.items.failed),
    String(worker.starts),
    endedBy(worker),
  ];
}

function endedBy({ exit_code, signal, reason }: WorkerStatusDocument): string {
  const how = signal ?? (exit_code === null ? '-' : `exit ${exit_code}`);
  return reason === null ? how : `${how} (${reason})`;
}

/** Lists what failed for good, or will only be tried again by `drover retry`. */
function failedLines({ run, failed, items }: RunStatusDocument): string[] {
  if (failed.length === 0) return [];
  const shown = failed.slice(0, FAILED_SHOWN);
  const more = items.failed - shown.length;
  return [
    '',
    ...tableLines(FAILED_COLUMNS, shown.map(failedRow)),
    ...(more > 0 ? [`… and ${plural(more, 'more failed item')}; all of them: ${allFailed(run)}`] : []),
  ];
}

/** Returns the command that lists every failed item of a run. */
function allFailed(run: string): string {
  return `drover query "SELECT file, reason FROM items WHERE run = '${run}' AND status = 'failed'"`;
}

function failedRow({ file, step, worker, attempts, reason, evidence }: FailedItemDocument): string[] {
  const message = clipEnd(oneLine(withoutOwnFile(evidence ?? '', file)), MESSAGE_COLUMNS);
  return [file, String(step), worker ?? '-', String(attempts), reason ?? '-', message];
}

function took(from: string, to: string | null, now: Date): string {
  const until = to === null ? now.getTime() : Date.parse(to);
  return duration(Math.max(0, (until - Date.parse(from)) / 1000));
}
