import { basename } from 'node:path';
import { assertNever } from '../../../shared/assert-never.ts';
import { deviceLabel } from '../../../shared/device.ts';
import { bytes, plural, shareText, shortTime } from '../../../shared/format.ts';
import { workerId } from '../../../shared/ids.ts';
import { queueWish } from '../../../shared/run/device-queue.ts';
import { pauseText } from '../../../shared/run/dispatch-pause.ts';
import type { RunEvent } from '../../../shared/run/run-events.ts';
import type { RunState, StepState } from '../../../shared/run/run-model.ts';
import { stepUse } from '../../../shared/run/step-times.ts';

/** A message for a person. */
export interface Notice {
  level: 'info' | 'warning' | 'error';
  text: string;
  /** Whether a worker printed it: such a text mostly names its own level. */
  printed?: boolean;
}

/** Returns the prefix of a message: its level, where the text does not contain it. */
export function levelWord({ level, printed }: Notice): string {
  return level === 'info' || printed === true ? '' : `${level}: `;
}

/**
 * Describes an event, or returns null for what only programs need.
 * @param state the state after the event
 */
export function describeEvent(event: RunEvent, state: RunState): Notice | null {
  switch (event.type) {
    case 'run-created':
    case 'clock-set':
    case 'run-ended':
      return null;
    case 'owner-taken':
      return event.purpose === 'run' ? null : info(`${PURPOSE_WORDS[event.purpose]} by process ${event.pid}`);
    case 'run-queued':
      return info(`waits for ${queueWish(event)}`);
    case 'queue-moved':
      return info(`moved in the queue by ${event.by}`);
    case 'run-dequeued':
      return info(`${event.devices.map(deviceLabel).join(', ')} free: the run begins`);
    case 'stop-requested':
      return warning(event.force ? `kill requested by ${event.by}` : `stop requested by ${event.by}`);
    default: {
      const step = state.steps[event.step - 1];
      return step === undefined ? null : describeStepEvent(event, step, state.steps.length);
    }
  }
}

type StepEvent = Extract<RunEvent, { step: number }>;

const PURPOSE_WORDS = { resume: 'resumed', retry: 'failed items retried', adopt: 'taken over' } as const;

function describeStepEvent(event: StepEvent, step: StepState, steps: number): Notice | null {
  const label = steps === 1 ? step.name : `step ${step.step}/${steps} ${step.name}`;
  switch (event.type) {
    case 'step-started':
      return info(`${label} started with ${plural(event.devices.length, 'worker')}`);
    case 'items':
      return info(`${label}: ${plural(event.items.length, 'item')}`);
    case 'items-reset':
      return info(`${label}: ${plural(event.items.length, 'item')} to do again (${RESET_WORDS[event.reason]})`);
    case 'items-skipped':
      return warning(`${label}: ${plural(event.items.length, 'item')} skipped: ${event.reason}`);
    case 'items-released':
      return info(`${label}: ${plural(event.items.length, 'item')} taken back: ${event.reason}`);
    case 'dispatch-paused':
      return warning(`${label} is paused: ${pauseText(event)}; running items continue`);
    case 'dispatch-resumed':
      return info(`${label} continues${event.free === null ? '' : `: ${bytes(event.free)} free on ${event.path}`}`);
    case 'step-ended':
      if (event.reason !== undefined) return error(`${label} ended: ${event.status}: ${event.reason}`);
      return info(`${label} ended: ${event.status}${useText(step, event.time)}`);
    case 'item-complete':
    case 'item-failed':
      return describeItem(event, step);
    case 'device-left':
      return warning(`${workerId(event.rank)} leaves the pool with ${deviceLabel(event.device)}: ${event.reason}`);
    case 'device-returned':
      return info(`${workerId(event.rank)} returns to ${deviceLabel(event.device)}: ${event.reason}`);
    case 'parameter-lowered':
      return warning(
        `${event.parameter} is lowered from ${event.from} to ${event.to} for the rest of ${label}: ${workerId(event.rank)} ran out of device memory`,
      );
    case 'worker-waiting':
    case 'worker-starting':
    case 'worker-running':
    case 'worker-stalled':
    case 'worker-stopping':
    case 'worker-ended':
    case 'worker-adopted':
      return describeWorker(event, step);
    case 'tokens':
    case 'dispatching':
    case 'dispatched':
      return null;
    default:
      return assertNever(event, 'run event');
  }
}

/** Describes how the step used its workers; empty where none had work. */
function useText(step: StepState, ended: string): string {
  const use = stepUse(step, Date.parse(ended));
  return use.share === null ? '' : `, ${shareText(use.share, use)}`;
}

const RESET_WORDS = {
  'input-changed': 'their input has changed',
  'output-missing': 'their output is missing',
  retry: 'they failed before',
  'source-complete': 'what they come from is complete now',
} as const;

function describeItem(event: Extract<RunEvent, { type: 'item-complete' | 'item-failed' }>, step: StepState): Notice {
  const { counts } = step;
  const item = step.items.at(event.item);
  const file = item === undefined ? `item ${event.item}` : basename(item.file);
  const progress = `${counts.complete + counts.failed}/${counts.total - counts.skipped}`;
  const worker = workerId(event.rank);
  if (event.type === 'item-complete')
    return info(`${worker} complete ${file} (${shortTime(event.seconds)}) ${progress}`);
  const why = `${event.failure.reason}: ${event.failure.evidence}`;
  if (event.final) return error(`${worker} failed ${file} (${shortTime(event.seconds)}) ${progress}: ${why}`);
  const rest =
    event.retry_seconds === undefined || event.retry_seconds === 0 ? '' : ` in ${shortTime(event.retry_seconds)}`;
  return warning(`${worker} attempt ${item?.attempts ?? 1} at ${file} failed and will be repeated${rest}: ${why}`);
}

type WorkerEvent = Extract<RunEvent, { type: `worker-${string}` }>;

/** Describes a worker event. With `each`, a worker starts and ends with every item, so the item events are enough. */
function describeWorker(event: WorkerEvent, step: StepState): Notice | null {
  const worker = workerId(event.rank);
  switch (event.type) {
    case 'worker-waiting':
      return warning(`${worker} ${event.until === null ? `waits: ${event.reason}` : event.reason}`);
    case 'worker-stalled': {
      const item = event.item === null ? undefined : step.items.at(event.item);
      const at = item === undefined ? '' : ` at ${basename(item.file)}`;
      const next = event.action === 'restart' ? 'it is started again' : 'it is left alone';
      return warning(`${worker} has printed and reported nothing for ${shortTime(event.seconds)}${at}; ${next}`);
    }
    case 'worker-starting':
      return event.reason === null ? null : warning(`${worker} start ${event.start}: ${event.reason}`);
    case 'worker-running': {
      const device = step.workers[event.rank]?.device;
      if (step.dispatch === 'each' || device === undefined) return null;
      return info(`${worker} running on ${deviceLabel(device)} (process ${event.pid})`);
    }
    case 'worker-stopping':
      return CAUSE_WORDS[event.cause] === null
        ? null
        : warning(`${worker} is being stopped: ${CAUSE_WORDS[event.cause]}`);
    case 'worker-ended': {
      if (step.dispatch === 'each' || event.failure === null || event.outcome === 'stopped') return null;
      return error(`${worker} ${event.outcome}: ${event.failure.reason}: ${event.failure.evidence}`);
    }
    case 'worker-adopted':
      return info(`${worker} was still at work (process ${event.pid}) and is taken over`);
    default:
      return assertNever(event, 'worker event');
  }
}

/** Why a worker is stopped; null where the whole run is stopped. */
const CAUSE_WORDS = {
  'run-stopped': null,
  'run-killed': null,
  'engine-ending': null,
  leftover: 'it is left over from an earlier start',
  timeout: 'its item took longer than timeout_seconds',
  stalled: 'it has printed and reported nothing for too long',
  'device-lost': 'its device is gone',
  replaced: 'it cannot continue as it is and is replaced',
} as const;

function info(text: string): Notice {
  return { level: 'info', text };
}

function warning(text: string): Notice {
  return { level: 'warning', text };
}

function error(text: string): Notice {
  return { level: 'error', text };
}
