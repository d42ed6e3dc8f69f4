import type { Settings } from '../../shared/settings.ts';
import type { LaunchDraft } from './form-draft.ts';
import { withPaths } from './parse-paths.ts';

/**
 * Returns what the form begins with beside the last draft: the person's defaults for empty fields, and files from outside the form.
 */
export function draftBeginning(
  draft: LaunchDraft,
  defaults: Settings['defaults'],
  brought: readonly string[],
): Partial<LaunchDraft> {
  const beginning: Partial<LaunchDraft> = {};
  if (brought.length > 0) beginning.inputs = withPaths(draft.inputs, brought);
  if (draft.retries === '' && defaults.retries !== null) beginning.retries = String(defaults.retries);
  if (draft.workersPerDevice === '' && defaults.workersPerDevice !== null)
    beginning.workersPerDevice = String(defaults.workersPerDevice);
  if (draft.output === '' && defaults.output !== null) beginning.output = defaults.output;
  // To share devices is decided anew for each run: it may cost another one its memory.
  if (draft.begin === 'share') beginning.begin = 'now';
  return { ...beginning, ...deviceBeginning(draft, defaults.devices) };
}

function deviceBeginning(draft: LaunchDraft, selector: string | null): Partial<LaunchDraft> {
  if (selector === null || selector === 'all') return {};
  const [, slots] = /^cpu:(\d+)$/i.exec(selector) ?? [];
  if (slots !== undefined) return draft.cpuSlots === '' ? { cpuSlots: slots } : {};
  return draft.devices === null ? { devices: selector.split(',').map((name) => name.trim()) } : {};
}
