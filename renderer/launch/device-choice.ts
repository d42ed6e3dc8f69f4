import { type Device, type DeviceKind, deviceLabel } from '../../shared/device.ts';
import type { LaunchDraft } from './launch-draft.ts';

/** Kinds that one program can use together, the preferred first; the engine's `all` means the first family there is. */
const FAMILIES: readonly (readonly DeviceKind[])[] = [['nvidia', 'mig'], ['amd'], ['apple'], ['intel'], ['cpu']];

/** The most CPU slots that a run can have. */
const CPU_SLOTS_LIMIT = 1024;

/** Names of the devices that are used when nothing is chosen: those of the first vendor found. */
export function usualDevices(devices: readonly Device[]): string[] {
  const families = FAMILIES.map((kinds) => devices.filter(({ kind }) => kinds.includes(kind)));
  const usual = families.find((family) => family.length > 0) ?? [];
  return usual.map((device) => deviceName(device, devices));
}

/** How a device is named in a request: by its index where no other has the same, else by its UUID. */
export function deviceName(device: Device, devices: readonly Device[]): string {
  const alone = devices.filter(({ index }) => index === device.index).length === 1;
  return alone && device.kind !== 'mig' ? String(device.index) : (device.uuid ?? String(device.index));
}

/** The `--devices` of a draft; null where the engine's own choice is meant. */
export function deviceSelector(
  { devices: chosen, cpuSlots }: Pick<LaunchDraft, 'devices' | 'cpuSlots'>,
  devices: readonly Device[],
): string | null {
  if (devices.every(({ kind }) => kind === 'cpu')) return cpuSlots.trim() === '' ? null : `cpu:${Number(cpuSlots)}`;
  return chosen === null ? null : chosen.join(',');
}

/** What is wrong with the number of CPU slots; null when it can be used. */
export function cpuSlotsComplaint(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const count = /^\d{1,6}$/.test(trimmed) ? Number(trimmed) : 0;
  return count >= 1 && count <= CPU_SLOTS_LIMIT ? null : `Give a whole number from 1 to ${CPU_SLOTS_LIMIT}.`;
}

/** Names that were chosen and that stand for no device now. */
export function vanishedDevices(chosen: readonly string[] | null, devices: readonly Device[]): string[] {
  const there = new Set(devices.map((device) => deviceName(device, devices)));
  return (chosen ?? []).filter((name) => !there.has(name));
}

/**
 * The choice after a device's box was ticked or not.
 * @param usual what null stands for
 * @returns null when it is the usual one again
 */
export function withDevice(
  chosen: readonly string[] | null,
  name: string,
  ticked: boolean,
  usual: readonly string[],
): string[] | null {
  const others = (chosen ?? usual).filter((each) => each !== name);
  const after = ticked ? [...others, name] : others;
  const isUsual = after.length === usual.length && usual.every((each) => after.includes(each));
  return isUsual ? null : after.toSorted(inOrder);
}

const { compare: inOrder } = new Intl.Collator('en', { numeric: true });

/** A device for people: `GPU 0, NVIDIA H100`. */
export function deviceTitle(device: Pick<Device, 'kind' | 'index' | 'name' | 'uuid'>): string {
  return device.kind === 'cpu' ? deviceLabel(device) : `${deviceLabel(device)}, ${device.name}`;
}
