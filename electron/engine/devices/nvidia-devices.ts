import { readFile } from 'node:fs/promises';
import type { Device, DeviceProcess, DeviceSample } from '../../../shared/device.ts';
import { userName, userOf } from '../processes/process-users.ts';
import { hostMemory } from './host-device.ts';
import {
  migListProblem,
  nvidiaFigureProblem,
  nvidiaLineProblem,
  nvidiaProblem,
  unreadableRow,
} from './nvidia-problems.ts';
import {
  askNvidiaSmi,
  DETECTION_FIELDS,
  type DeviceUse,
  driverOf,
  type GpuRow,
  indexOf,
  type MigInstance,
  type MigList,
  parseGpuRow,
  parseMigList,
  processesOnDevices,
  sampleOf,
  tableLines,
  withoutRefusedField,
} from './nvidia-smi.ts';
import type { Probe, ToolAnswer } from './run-tool.ts';

/** Chips whose device and host share one memory; the driver then answers `[N/A]` for each memory figure. */
const UNIFIED_MEMORY_CHIPS = /\b(GB10|Thor|Orin)\b/i;

/**
 * Finds NVIDIA cards and MIG instances. A machine without nvidia-smi has none, which is no problem. The processes are read before the cards. Memory
 * that a process takes between the two reads is then counted as neither free nor its own, but never as both.
 */
export async function detectNvidia(probe: Probe): Promise<{ devices: Device[]; problems: string[] }> {
  const { processes, hangs } = await processesOnDevices(probe.env, probe);
  if (hangs !== null) return { devices: [], problems: [nvidiaProblem(hangs)].filter((text) => text !== null) };
  const { answer, fields } = await queryCards(probe);
  const lines = tableLines(answer);
  const rows = lines.map((line) => parseGpuRow(line, fields)).filter((row) => row !== null);
  const problems = lines
    .filter((line) => parseGpuRow(line, fields) === null)
    .map(nvidiaLineProblem)
    .filter((text) => text !== null);
  if (rows.length === 0) {
    // A problem of the whole tool is useful beside problems of single cards, unless it is the same.
    const whole = nvidiaProblem(answer);
    return { devices: [], problems: [...new Set([...(whole === null ? [] : [whole]), ...problems])] };
  }
  problems.push(...rows.map(figureProblem).filter((text) => text !== null));
  const inMig = rows.filter(inMigMode);
  const cards = rows.filter((row) => !inMigMode(row)).map(cardDevice);
  const migs = inMig.length === 0 ? [] : migDevices(inMig, await listMigInstances(probe, problems), cards, problems);
  return { devices: await withProcesses([...cards, ...migs], processes), problems };
}

/** Queries all fields, and again without those that this driver refuses by name. */
async function queryCards(probe: Probe): Promise<{ answer: ToolAnswer; fields: readonly string[] }> {
  let fields: readonly string[] = DETECTION_FIELDS;
  for (;;) {
    const answer = await askNvidiaSmi([`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'], probe);
    const fewer = answer.kind === 'failed' ? withoutRefusedField(fields, answer.output) : null;
    if (fewer === null) return { answer, fields };
    fields = fewer;
  }
}

/** Lists the MIG instances. @returns null where the tool does not list them: then it is unknown whether a card has any */
async function listMigInstances(probe: Probe, problems: string[]): Promise<MigList | null> {
  const answer = await askNvidiaSmi(['-L'], probe);
  const list = parseMigList(tableLines(answer).join('\n'));
  problems.push(...list.unreadable.map(unreadableRow));
  if (answer.kind === 'answered' || list.instances.length > 0) return list;
  const problem = migListProblem(answer);
  if (problem !== null) problems.push(problem);
  return null;
}

function figureProblem(row: GpuRow): string | null {
  return nvidiaFigureProblem(indexOf(row), row.get('name') ?? '', row.values());
}

function inMigMode(row: GpuRow): boolean {
  return row.get('mig.mode.current') === 'Enabled';
}

function cardDevice(row: GpuRow): Device {
  const unified = sharesHostMemory(row);
  const figures: DeviceSample = unified ? { ...sampleOf(row), ...hostMemory() } : sampleOf(row);
  return {
    kind: 'nvidia',
    index: indexOf(row),
    uuid: row.get('uuid') ?? null,
    name: row.get('name') ?? '',
    ...figures,
    driver: driverOf(row),
    parent_index: null,
    unified_memory: unified,
    processes: [],
  };
}

function sharesHostMemory(row: GpuRow): boolean {
  const figures = ['memory.total', 'memory.used', 'memory.free'].map((field) => row.get(field));
  return UNIFIED_MEMORY_CHIPS.test(row.get('name') ?? '') && figures.every((figure) => figure === '[N/A]');
}

/**
 * Returns the instances of the cards in MIG mode; null where they could not be listed. They are numbered in the order of `nvidia-smi -L`, after the
 * whole cards, so that an index names one device. A card in MIG mode without an instance can run nothing, which is reported.
 */
function migDevices(
  rows: readonly GpuRow[],
  list: MigList | null,
  cards: readonly Device[],
  problems: string[],
): Device[] {
  if (list === null) return [];
  const first = Math.max(-1, ...cards.map((card) => card.index)) + 1;
  const pairs = rows.flatMap((row) => instancesOf(row, list, problems).map((instance) => ({ row, instance })));
  return pairs.map(({ row, instance }, at) => migDevice(row, instance, first + at));
}

function instancesOf(row: GpuRow, { instances, unreadable }: MigList, problems: string[]): MigInstance[] {
  const own = instances.filter((instance) => instance.cardIndex === indexOf(row));
  // An unreadable one may belong to this card.
  if (own.length === 0 && unreadable.length === 0) {
    problems.push(
      `GPU ${indexOf(row)} (${row.get('name')}) is in MIG mode but has no usable instance, so it is not used. Create instances with "nvidia-smi mig -cgi … -C" or turn MIG mode off with "nvidia-smi -mig 0".`,
    );
  }
  return own;
}

function migDevice(row: GpuRow, instance: MigInstance, index: number): Device {
  return {
    kind: 'mig',
    index,
    uuid: instance.uuid,
    name: `${row.get('name')} MIG ${instance.profile}`,
    ...migSample(sampleOf(row)),
    driver: driverOf(row),
    parent_index: indexOf(row),
    unified_memory: false,
    processes: [],
  };
}

/** Returns the part of a card's figures that holds for one of its instances: the temperature. Memory, load and power are those of all instances. */
export function migSample(card: DeviceSample): DeviceSample {
  return {
    memory_total: null,
    memory_used: null,
    memory_free: null,
    utilization: null,
    temperature: card.temperature,
    power: null,
  };
}

function withProcesses(devices: readonly Device[], uses: readonly DeviceUse[]): Promise<Device[]> {
  return Promise.all(
    devices.map(async (device) => {
      const own = uses.filter((use) => use.uuid === device.uuid);
      return { ...device, processes: await Promise.all(own.map(deviceProcess)) };
    }),
  );
}

async function deviceProcess(use: DeviceUse): Promise<DeviceProcess> {
  const uid = userOf(use.pid);
  const user = uid === null ? {} : { user: userName(uid) };
  return { pid: use.pid, name: use.name, memory_used: use.memory, ours: await belongsToDrover(use.pid), ...user };
}

/**
 * Returns whether a process is a worker of Drover or one of its descendants: its environment carries a run id. False for processes of other users,
 * whose environment cannot be read, and where there is no /proc.
 */
async function belongsToDrover(pid: number): Promise<boolean> {
  try {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1');
    return environment.split('\0').some((entry) => entry.startsWith('DROVER_RUN_ID='));
  } catch {
    return false;
  }
}
