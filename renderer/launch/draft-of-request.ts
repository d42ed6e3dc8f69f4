import { beginOf, type LaunchRequest } from '../../shared/contract/launch.ts';
import { EMPTY_DRAFT, type LaunchDraft } from './form-draft.ts';

/** Returns the draft of the form that produces a request. */
export function draftOfRequest(request: LaunchRequest): LaunchDraft {
  const { pipeline, parameters, inputs, skipInvalid, overwrite } = request;
  return {
    ...EMPTY_DRAFT,
    pipeline,
    parameters: { [pipeline]: parameters },
    inputs,
    skipInvalid,
    overwrite,
    ...devicesOf(request.devices),
    ...beginningOf(request),
    dispatch: request.dispatch ?? '',
    retries: text(request.retries),
    workersPerDevice: text(request.workersPerDevice),
    stallTimeout: text(request.stallTimeout),
    output: request.output ?? '',
    name: request.name ?? '',
  };
}

/** Returns a second draft beside the first: with another name and its own output folder, so that nothing collides. */
export function draftOfDuplicate(request: LaunchRequest): LaunchDraft {
  const draft = draftOfRequest(request);
  return { ...draft, name: draft.name === '' ? '' : `${draft.name} (copy)`, output: '', overwrite: false };
}

function devicesOf(selector = 'all'): Pick<LaunchDraft, 'devices' | 'cpuSlots'> {
  const slots = /^cpu:(\d+)$/i.exec(selector)?.[1];
  if (slots !== undefined) return { devices: null, cpuSlots: slots };
  if (selector.toLowerCase() === 'all') return { devices: null, cpuSlots: '' };
  return { devices: selector.split(',').map((name) => name.trim()), cpuSlots: '' };
}

function beginningOf(request: LaunchRequest): Partial<Pick<LaunchDraft, 'begin' | 'anyCount'>> {
  const begin = beginOf(request);
  if (begin.kind === 'now') return { begin: begin.share ? 'share' : 'now' };
  return begin.any === null ? { begin: 'when-free' } : { begin: 'any', anyCount: String(begin.any) };
}

function text(value: number | undefined): string {
  return value === undefined ? '' : String(value);
}
