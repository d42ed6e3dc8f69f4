import { type Device, type DeviceKind, deviceLabel } from '../../../shared/device.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { detectDevices } from './detect-devices.ts';
import { cpuSlots, defaultCpuSlots } from './host-device.ts';
import { applyMasks, devicesByUuid, type VisibleDevices } from './visible-devices-mask.ts';

/** The highest allowed number of CPU slots: far above any useful number, low enough to catch a typing error. */
const CPU_SLOTS_LIMIT = 1_024;

/** Kinds that one program can use together, the preferred first: a program is built for one vendor's runtime. */
const FAMILIES: readonly (readonly DeviceKind[])[] = [['nvidia', 'mig'], ['amd'], ['apple'], ['intel'], ['cpu']];

/**
 * Returns the devices that `--devices` names: `all` (the default: every device of the first vendor found), indices and UUIDs or their unique
 * beginnings separated by commas, or `cpu:N`. Masks in the environment limit the choice. Without a GPU `all` means CPU slots.
 */
export function selectDevices(
  selector: string | undefined,
  detected: readonly Device[],
  env: NodeJS.ProcessEnv,
): Result<Device[], Problem> {
  const text = selector?.trim() ?? 'all';
  const slots = /^cpu:(.*)$/i.exec(text)?.[1];
  if (slots !== undefined) return slotsByCount(slots);
  const devices = applyMasks(detected, env);
  if (text.toLowerCase() !== 'all') return devicesByName(text, devices);
  return ok(devices.visible.length === 0 ? defaultCpuSlots() : preferredFamily(devices.visible));
}

/** Returns what runs can use: the devices that masks leave, or CPU slots. The problems include why others are left out. */
export async function findUsableDevices(env: NodeJS.ProcessEnv): Promise<{ devices: Device[]; problems: string[] }> {
  const { devices, problems } = await detectDevices({ env });
  const { visible } = applyMasks(devices, env);
  return { devices: visible.length === 0 ? defaultCpuSlots() : visible, problems };
}

/** Returns whether CPU slots are requested, so that no device has to be detected. */
export function isSlots(selector: string | undefined): boolean {
  return selector?.trim().toLowerCase().startsWith('cpu:') === true;
}

function slotsByCount(text: string): Result<Device[], Problem> {
  const count = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (count >= 1 && count <= CPU_SLOTS_LIMIT) return ok(cpuSlots(count));
  return err(
    problem(
      'unknown-device',
      `"cpu:${text}" is no number of CPU slots.`,
      `Write a whole number from 1 to ${CPU_SLOTS_LIMIT}, for example cpu:4.`,
    ),
  );
}

function preferredFamily(devices: readonly Device[]): Device[] {
  const families = FAMILIES.map((kinds) => devices.filter((device) => kinds.includes(device.kind)));
  return families.find((family) => family.length > 0) ?? [];
}

function devicesByName(text: string, devices: VisibleDevices): Result<Device[], Problem> {
  const selected: Device[] = [];
  for (const part of text.split(',')) {
    const found = deviceByName(part.trim(), devices);
    if (!found.ok) return found;
    if (selected.includes(found.value)) return err(namedTwice(found.value));
    selected.push(found.value);
  }
  return ok(selected);
}

function deviceByName(name: string, devices: VisibleDevices): Result<Device, Problem> {
  const matches = matching(name, devices.visible);
  if (matches.length > 1) return err(ambiguous(name, matches));
  const [match] = matches;
  if (match !== undefined) return ok(match);
  const masked = devices.hidden.find(({ device }) => matching(name, [device]).length > 0);
  return err(unknown(name, devices.visible, masked?.variable));
}

/** An index is first searched for among the devices that `all` means, since other vendors count from 0 as well. */
function matching(name: string, devices: readonly Device[]): Device[] {
  if (!/^\d+$/.test(name)) return devicesByUuid(devices, name);
  const byIndex = (device: Device) => device.index === Number(name);
  const preferred = preferredFamily(devices).filter(byIndex);
  return preferred.length > 0 ? preferred : devices.filter(byIndex);
}

function namedTwice(device: Device): Problem {
  return problem(
    'unknown-device',
    `${deviceLabel(device)} is named twice.`,
    'Name each device once; for several workers on one device use --workers-per-device.',
  );
}

function ambiguous(name: string, matches: readonly Device[]): Problem {
  return problem(
    'unknown-device',
    `"${name}" fits ${matches.length} devices: ${matches.map(describe).join(', ')}.`,
    'Write more of the UUID.',
  );
}

function unknown(name: string, devices: readonly Device[], mask: string | undefined): Problem {
  const list = devices.map(describe).join(', ');
  const there = list === '' ? 'No device is left.' : `Devices there are: ${list}.`;
  if (mask !== undefined) {
    return problem(
      'unknown-device',
      `Device "${name}" is hidden from this process by ${mask}. ${there}`,
      `Name a device that is there, or change ${mask} and start again.`,
    );
  }
  return problem(
    'unknown-device',
    `There is no device "${name}". ${there}`,
    'Write "all", indices such as 0,2, UUIDs, or cpu:N; "drover devices" shows what there is.',
  );
}

function describe(device: Device): string {
  return `${device.index} (${device.name})`;
}
