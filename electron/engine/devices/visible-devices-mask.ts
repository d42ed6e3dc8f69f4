import type { Device } from '../../../shared/device.ts';

/** The devices that the masks in an environment leave, and which variable hides the others. */
export interface VisibleDevices {
  visible: Device[];
  hidden: { device: Device; variable: string }[];
  /** Sentences about masks that hide every device of their kind, or that cannot be parsed. */
  problems: string[];
}

/**
 * Applies the masks that a scheduler, a container or a person has set. Numbers in CUDA_VISIBLE_DEVICES are in PCI order, as nvidia-smi counts. Those
 * in ROCR_VISIBLE_DEVICES are in the runtime's order, and HIP_VISIBLE_DEVICES counts the devices that it leaves. Where HIP_VISIBLE_DEVICES is not
 * set, AMD's runtime uses CUDA_VISIBLE_DEVICES in the same way (beside NVIDIA cards that one is taken as meant for them). ZE_AFFINITY_MASK selects
 * what Intel's driver shows, and ONEAPI_DEVICE_SELECTOR counts the devices that it leaves. Unset means all, empty means none. CPU slots are never
 * hidden.
 */
export function applyMasks(devices: readonly Device[], env: NodeJS.ProcessEnv): VisibleDevices {
  const result: VisibleDevices = { visible: [...devices], hidden: [], problems: [] };
  applyMask(result, 'CUDA_VISIBLE_DEVICES', env, ['nvidia', 'mig'], (device) => device.parent_index ?? device.index);
  applyMask(result, 'ROCR_VISIBLE_DEVICES', env, ['amd'], (device) => device.index);
  const left = result.visible.filter((device) => device.kind === 'amd');
  const isAlone = !devices.some(({ kind }) => kind === 'nvidia' || kind === 'mig');
  const forHip = env['HIP_VISIBLE_DEVICES'] === undefined && isAlone ? 'CUDA_VISIBLE_DEVICES' : 'HIP_VISIBLE_DEVICES';
  applyMask(result, forHip, env, ['amd'], (device) => left.indexOf(device));
  applyMask(result, 'ZE_AFFINITY_MASK', env, ['intel'], (device) => device.index);
  applySelector(result, env);
  return result;
}

/** The backends of a worker's devices. A selector for other backends does not change them. */
const LEVEL_ZERO = ['level_zero', '*'];
/** Words for every GPU of a backend. */
const EVERY_GPU = ['*', 'gpu'];

/**
 * Applies ONEAPI_DEVICE_SELECTOR of Intel's runtime: `backend:devices` with `;` between several, such as `level_zero:0,1;opencl:cpu`. One that begins
 * with `!` removes devices instead of naming them. Anything other than numbers and words for all GPUs is reported as a problem.
 */
function applySelector(result: VisibleDevices, env: NodeJS.ProcessEnv): void {
  const variable = 'ONEAPI_DEVICE_SELECTOR';
  const selector = env[variable];
  const cards = result.visible.filter(({ kind }) => kind === 'intel');
  if (selector === undefined || cards.length === 0) return;
  const { kept, trouble } = keptBySelector(cards, selector);
  const hidden = cards.filter((card) => !kept.has(card));
  result.hidden.push(...hidden.map((device) => ({ device, variable })));
  result.visible = result.visible.filter((device) => !hidden.includes(device));
  const problem = describeMask(`${variable}=${selector}`, trouble, kept.size, cards.length, 'level_zero:0,1');
  if (problem !== null) result.problems.push(problem);
}

function keptBySelector(cards: readonly Device[], selector: string): { kept: Set<Device>; trouble: string | null } {
  const named = new Set<Device>();
  const taken = new Set<Device>();
  let namesAny = false;
  for (const term of selector.split(';').map((part) => part.trim())) {
    const [, not, backend = '', devices = ''] = /^(!?)([a-z_*]+):([\w.,*]+)$/i.exec(term) ?? [];
    if (not === undefined) return { kept: new Set(), trouble: `“${term}” is no backend with its devices` };
    if (not === '') namesAny = true;
    if (!LEVEL_ZERO.includes(backend.toLowerCase())) continue;
    for (const entry of devices.split(',')) {
      const found = EVERY_GPU.includes(entry.toLowerCase())
        ? cards
        : namedByEntry(cards, entry, (card) => cards.indexOf(card));
      const isOther = /^(cpu|fpga)$/i.test(entry);
      if (found.length === 0 && !isOther) return { kept: new Set(), trouble: `“${entry}” names no device` };
      for (const card of found) (not === '' ? named : taken).add(card);
    }
  }
  const left = namesAny ? [...named] : cards;
  return { kept: new Set(left.filter((card) => !taken.has(card))), trouble: null };
}

/** Values of NVIDIA_VISIBLE_DEVICES that keep all cards out of a container: then no tool could list them. */
const NO_CARDS = ['void', 'none', ''];

/**
 * Returns sentences for people about masks that hide every GPU, or that do not work as they are meant. A mask that hides some devices on purpose and
 * leaves others is no problem.
 * @param devices all that were found, including hidden ones
 */
export function maskProblems(devices: readonly Device[], env: NodeJS.ProcessEnv): string[] {
  const gpus = devices.filter(({ kind }) => kind !== 'cpu');
  const container = env['NVIDIA_VISIBLE_DEVICES'];
  if (gpus.length === 0 && container !== undefined && NO_CARDS.includes(container.trim().toLowerCase())) {
    return [
      `NVIDIA_VISIBLE_DEVICES=${container} keeps every NVIDIA GPU out of this container. Start it with its devices (all, or their numbers) if they are to be used.`,
    ];
  }
  return applyMasks(devices, env).problems;
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
  if (masked.length === 0) return;
  const { kept, trouble } = keptByMask(masked, mask, numberOf);
  const hidden = masked.filter((device) => !kept.has(device));
  result.hidden.push(...hidden.map((device) => ({ device, variable })));
  result.visible = result.visible.filter((device) => !hidden.includes(device));
  const problem = describeMask(`${variable}=${mask}`, trouble, kept.size, masked.length, '0,1');
  if (problem !== null) result.problems.push(problem);
}

function describeMask(
  mask: string,
  trouble: string | null,
  kept: number,
  there: number,
  example: string,
): string | null {
  if (trouble === null && kept > 0) return null;
  const gpus = there === 1 ? 'the GPU' : `all ${there} GPUs`;
  const hides = kept === 0 ? `hides ${gpus}` : `leaves ${kept} of ${there} GPUs`;
  const why = trouble === null ? '' : `: ${trouble}`;
  return `${mask} ${hides}${why}. Write numbers or UUIDs separated by commas, such as ${example}, or unset it, if more are to be used.`;
}

/**
 * Applies a mask. An entry that names nothing hides itself and everything after it. A repeated one makes the whole mask void. The runtimes do the
 * same without any message, which is why it is reported here.
 */
function keptByMask(
  devices: readonly Device[],
  mask: string,
  numberOf: (device: Device) => number,
): { kept: Set<Device>; trouble: string | null } {
  const kept = new Set<Device>();
  if (mask.trim() === '') return { kept, trouble: 'it is empty' };
  for (const entry of mask.split(',')) {
    const named = namedByEntry(devices, entry.trim(), numberOf);
    if (named.length === 0) return { kept, trouble: `“${entry.trim()}” names no device, which ends the list` };
    if (named.some((device) => kept.has(device)))
      return { kept: new Set(), trouble: `“${entry.trim()}” is there twice, which makes all of it void` };
    for (const device of named) kept.add(device);
  }
  return { kept, trouble: null };
}

/** Returns the devices of an entry: a number names a card, hence all its MIG instances. A text is a UUID or the beginning of exactly one. */
function namedByEntry(devices: readonly Device[], entry: string, numberOf: (device: Device) => number): Device[] {
  // Intel's entries may name a tile after a dot. The whole card is used.
  const [, number] = /^(\d+)(?:\.\d+)?$/.exec(entry) ?? [];
  if (number !== undefined) return devices.filter((device) => numberOf(device) === Number(number));
  return devicesByUuid(devices, entry).length === 1 ? devicesByUuid(devices, entry) : [];
}

/** Returns the devices whose UUID is or begins with the text, ignoring letter case. The UUIDs of AMD's runtime are also accepted. */
export function devicesByUuid(devices: readonly Device[], text: string): Device[] {
  const wanted = text.toLowerCase();
  const names = (device: Device) =>
    [device.uuid, runtimeUuid(device)].filter((name) => name !== null).map((name) => name.toLowerCase());
  if (!/^[\w/-]{2,}$/.test(wanted)) return [];
  const exact = devices.filter((device) => names(device).includes(wanted));
  return exact.length > 0 ? exact : devices.filter((device) => names(device).some((name) => name.startsWith(wanted)));
}

/**
 * Returns the UUID by which AMD's runtime knows a card: `GPU-` and the 16 digits of its serial number. amd-smi's UUID holds the first two digits at
 * its beginning and the others after the `80` of its fourth group (`deff740f-0000-1000-8082-87300da37c72` → `GPU-de8287300da37c72`).
 */
function runtimeUuid(device: Device): string | null {
  if (device.kind !== 'amd' || device.uuid === null) return null;
  const match = /^([0-9a-f]{2})ff[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-80([0-9a-f]{2})-([0-9a-f]{12})$/i.exec(
    device.uuid,
  );
  return match === null ? null : `GPU-${match[1]}${match[2]}${match[3]}`;
}
