import { deviceLabel } from '../../../../shared/device.ts';
import {
  count,
  counterText,
  duration,
  pausesText,
  percent,
  plural,
  rate,
  shareText,
  tokenText,
} from '../../../../shared/format.ts';
import { NO_PAUSES } from '../../../../shared/run/dispatch-pause.ts';
import { allTokens } from '../../../../shared/run/tokens.ts';
import { cell, numberCell, oneLine, wrap } from '../../../../shared/text-columns.ts';
import { heading } from '../archive/archive.ts';
import type { StepMetrics, WorkerMetrics } from '../metrics/metrics-document.ts';
import { andMore, type SummaryInput, type SummaryLimits } from './summary-input.ts';

/** A step's table shows at least this many workers, even if many steps share the limit. */
const FEWEST_WORKERS = 2;
/** Number of counters from reports that are shown. */
const SHOWN_COUNTERS = 6;
/** A step that took no measurable time counts as one millisecond, so that its speed can be calculated. */
const LEAST_SECONDS = 0.001;

/** Describes the results of each step. */
export function stepsSection(input: SummaryInput, limits: SummaryLimits): string[] {
  const { steps } = input.metrics;
  const shown = steps.slice(0, limits.steps);
  return [
    heading('Steps'),
    ...shown.flatMap((step) => [
      ...stepLines(withVisibleStatus(input, step), usesDevice(input, step)),
      ...troubleLines(input, step),
    ]),
    ...andMore(steps.length, shown.length, 'step'),
  ];
}

/** Describes which parameters were lowered, how long the step was paused, and why it could not go on. */
function troubleLines({ state }: SummaryInput, { step }: StepMetrics): string[] {
  const { lowered = [], reason = null, paused = NO_PAUSES } = state.steps[step - 1] ?? {};
  const last = new Map(lowered.map(({ parameter, to }) => [parameter, to]));
  const first = new Map(lowered.toReversed().map(({ parameter, from }) => [parameter, from]));
  return [
    ...[...last].flatMap(([parameter, to]) =>
      wrap(`${parameter} was lowered from ${first.get(parameter) ?? to} to ${to} for want of device memory`, 3),
    ),
    ...(paused.times === 0 ? [] : wrap(pausesText(paused), 3)),
    ...(reason === null ? [] : wrap(oneLine(`could not go on: ${reason}`), 3)),
  ];
}

/** Returns whether the step asks for a GPU. Such a step may use a model without reporting tokens. Without a GPU and tokens there is no model. */
function usesDevice({ metadata }: SummaryInput, { step }: StepMetrics): boolean {
  return metadata.definition.steps[step - 1]?.device === 'gpu';
}

/** Changes the status of a step that was running when its engine died: the step no longer runs. */
function withVisibleStatus({ status }: SummaryInput, step: StepMetrics): StepMetrics {
  return status === 'interrupted' && step.status === 'running' ? { ...step, status } : step;
}

function stepLines(step: StepMetrics, usesDevice: boolean): string[] {
  const head = `${step.step}. ${step.name} (${step.dispatch}): ${step.status}`;
  if (step.started === null) return wrap(head, 0);
  const { items } = step;
  const open = [
    items.failed > 0 ? `${count(items.failed)} failed` : '',
    items.pending + items.running > 0 ? `${count(items.pending + items.running)} not done` : '',
    items.skipped > 0 ? `${count(items.skipped)} skipped` : '',
  ].filter((part) => part !== '');
  const done = [`${count(items.complete)} of ${plural(items.total, 'item')} complete`, ...open].join(', ');
  const speed = `${rate(step.items_per_second)} items/s, cost ${rate(step.cost_per_second)}/s`;
  const use = step.share_of_ideal === null ? '' : `; ${shareText(step.share_of_ideal, step.losses)}`;
  return [
    ...wrap(`${head} in ${duration(step.makespan_seconds)}`, 0),
    ...wrap(`${done}; ${repeats(step)}`, 3),
    ...wrap(`${speed}${use}`, 3),
    ...counters(step),
    ...wrap(modelText(step, usesDevice), 3),
  ];
}

/** With `each` every item has its own process, so only retries are shown. */
function repeats(step: StepMetrics): string {
  const retries = `${count(step.retries)} ${step.retries === 1 ? 'retry' : 'retries'}`;
  if (step.dispatch === 'each') return retries;
  const restarts = Math.max(0, step.starts - step.workers.filter((worker) => worker.starts > 0).length);
  return `${retries}, ${plural(restarts, 'restart')}`;
}

function counters(step: StepMetrics): string[] {
  const shown = Object.entries(step.counters).slice(0, SHOWN_COUNTERS);
  if (shown.length === 0) return [];
  const each = shown.map(([name, value]) => {
    const speed = step.makespan_seconds === null ? null : value / Math.max(step.makespan_seconds, LEAST_SECONDS);
    return `${counterText({ [name]: value })} (${rate(speed)}/s)`;
  });
  return wrap(`counted: ${each.join(', ')}`, 3);
}

function modelText(step: StepMetrics, usesDevice: boolean): string {
  if (allTokens(step.tokens) + step.requests > 0)
    return `tokens: ${tokenText(step.tokens)}; ${plural(step.requests, 'request')}`;
  return usesDevice ? 'tokens: none reported' : 'no model used: no tokens, no requests';
}

/** Describes what each worker did, step by step. */
export function workersSection(input: SummaryInput, limits: SummaryLimits): string[] {
  const steps = input.metrics.steps.filter((step) => step.workers.length > 0).slice(0, limits.steps);
  const rows = Math.max(FEWEST_WORKERS, Math.floor(limits.workers / Math.max(1, steps.length)));
  return [
    heading('Workers'),
    'step worker     device             items  failed   busy  starts          tokens',
    ...steps.flatMap((step) => [
      ...step.workers.slice(0, rows).map((worker) => row(step, worker)),
      ...remainingWorkers(step, step.workers.slice(rows)),
    ]),
  ];
}

function row(step: StepMetrics, worker: WorkerMetrics): string {
  return [
    numberCell(String(step.step), 4),
    ' ',
    cell(worker.worker, 11),
    cell(oneLine(deviceLabel(worker.device)), 13),
    numberCell(count(worker.complete), 11),
    numberCell(count(worker.failed), 8),
    numberCell(percent(worker.busy_share), 7),
    numberCell(count(worker.starts), 8),
    numberCell(count(allTokens(worker.tokens)), 16),
  ].join('');
}

function remainingWorkers(step: StepMetrics, workers: WorkerMetrics[]): string[] {
  if (workers.length === 0) return [];
  const shares = workers.map((worker) => worker.busy_share ?? 0);
  const from = percent(Math.min(...shares));
  return [
    `${numberCell(String(step.step), 4)} … and ${plural(workers.length, 'more worker')}, busy ${from} to ${percent(Math.max(...shares))}`,
  ];
}
