import type { Device } from '../../../shared/device.ts';

/** What the masks in an environment leave of the devices, and which variable hides the others. */
export interface VisibleDevices {
  visible: Device[];
  hidden: { device: Device; variable: string }[];
}

/**
 * Applies the masks that a scheduler, a container or a person has set. Numbers are taken in PCI order, as nvidia-smi counts,
 * for CUDA_VISIBLE_DEVICES, and in the runtime's order for ROCR_VISIBLE_DEVICES; HIP_VISIBLE_DEVICES counts what that one leaves.
 * Unset means all, empty means none. CPU slots are never hidden.
 */
export function applyMasks(devices: readonly Device[], env: NodeJS.ProcessEnv): VisibleDevices {
  const result: VisibleDevices = { visible: [...devices], hidden: [] };
  applyMask(result, 'CUDA_VISIBLE_DEVICES', env, ['nvidia', 'mig'], (device) => device.parent_index ?? device.index);
  applyMask(result, 'ROCR_VISIBLE_DEVICES', env, ['amd'], (device) => device.index);
  const left = result.visible.filter((device) => device.kind === 'amd');
  applyMask(result, 'HIP_VISIBLE_DEVICES', env, ['amd'], (device) => left.indexOf(device));
  return result;
}

function applyMask(
  result: VisibleDevices,
  variable: string,
  env: NodeJS.ProcessEnv,
  kinds: readonly Device['kind'][],
  numberOf: (device: Device) => number,
): void {
  const mask = env[variable];
  if (mask === undefined) return;
  const masked = result.visible.filter((device) => kinds.includes(device.kind));
  const kept = keptByMask(masked, mask, numberOf);
  const hidden = masked.filter((device) => !kept.has(device));
  result.hidden.push(...hidden.map((device) => ({ device, variable })));
  result.visible = result.visible.filter((device) => !hidden.includes(device));
}

/** An entry that names nothing hides itself and everything behind it; a repeated one makes the whole mask void. */
function keptByMask(devices: readonly Device[], mask: string, numberOf: (device: Device) => number): Set<Device> {
  const kept = new Set<Device>();
  for (const entry of mask.split(',')) {
    const named = namedByEntry(devices, entry.trim(), numberOf);
    if (named.length === 0) return kept;
    if (named.some((device) => kept.has(device))) return new Set();
    for (const device of named) kept.add(device);
  }
  return kept;
}

/** A number names a card, hence all its MIG instances; a text is a UUID or the beginning of exactly one. */
function namedByEntry(devices: readonly Device[], entry: string, numberOf: (device: Device) => number): Device[] {
  if (/^\d+$/.test(entry)) return devices.filter((device) => numberOf(device) === Number(entry));
  return devicesByUuid(devices, entry).length === 1 ? devicesByUuid(devices, entry) : [];
}

/** The devices whose UUID is or begins with the text, letter case aside. AMD's runtime has UUIDs of its own, also understood. */
export function devicesByUuid(devices: readonly Device[], text: string): Device[] {
  const wanted = text.toLowerCase();
  const names = (device: Device) =>
    [device.uuid, runtimeUuid(device)].filter((name) => name !== null).map((name) => name.toLowerCase());
  if (!/^[\w/-]{2,}$/.test(wanted)) return [];
  const exact = devices.filter((device) => names(device).includes(wanted));
  return exact.length > 0 ? exact : devices.filter((device) => names(device).some((name) => name.startsWith(wanted)));
}

/**
 * The UUID by which AMD's runtime knows a card, `GPU-` and the 16 digits of its serial number: amd-smi's UUID holds the first two
 * digits at its beginning and the others behind the `80` of its fourth group (`deff740f-0000-1000-8082-87300da37c72` →
 * `GPU-de8287300da37c72`).
 */
function runtimeUuid(device: Device): string | null {
  if (device.kind !== 'amd' || device.uuid === null) return null;
  const match = /^([0-9a-f]{2})ff[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-80([0-9a-f]{2})-([0-9a-f]{12})$/i.exec(
    device.uuid,
  );
  return match === null ? null : `GPU-${match[1]}${match[2]}${match[3]}`;
}
