import type { DeviceSample } from '../../../shared/device.ts';
import { type Probe, runTool, type ToolAnswer } from './run-tool.ts';

/** Where the tool is searched for: on PATH, then where WSL keeps it (root's PATH there often lacks the folder). */
export const NVIDIA_SMI_FILES = ['nvidia-smi', '/usr/lib/wsl/lib/nvidia-smi'] as const;

/** Fields of `nvidia-smi --query-gpu` that detection reads. Which names exist depends on the driver. */
export const DETECTION_FIELDS = [
  'index',
  'uuid',
  'pci.bus_id',
  'name',
  'memory.total',
  'memory.used',
  'memory.free',
  'utilization.gpu',
  'temperature.gpu',
  'power.draw',
  'driver_version',
  'mig.mode.current',
] as const;

/** Fields of the telemetry stream: every driver that can stream knows all of them. */
export const SAMPLE_FIELDS = [
  'index',
  'uuid',
  'name',
  'memory.total',
  'memory.used',
  'memory.free',
  'utilization.gpu',
  'temperature.gpu',
  'power.draw',
] as const;

/** Without these a row identifies no device, so there is no fallback if a driver lacks one of them. */
const IDENTITY_FIELDS: readonly string[] = ['index', 'uuid', 'name'];

/** Runs nvidia-smi once. */
export async function askNvidiaSmi(args: readonly string[], probe: Probe): Promise<ToolAnswer> {
  for (const file of NVIDIA_SMI_FILES) {
    const answer = await runTool(file, args, probe);
    if (answer.kind !== 'missing') return answer;
  }
  return { kind: 'missing' };
}

/** Returns the lines of the table in an answer: a tool that fails on one card of several still prints the others. */
export function tableLines(answer: ToolAnswer): string[] {
  if (answer.kind !== 'answered' && answer.kind !== 'failed') return [];
  return answer.stdout.split('\n').filter((line) => line.trim() !== '');
}

/** One row of the table, by field name. A field that was not queried is missing. */
export type GpuRow = ReadonlyMap<string, string>;

/** Parses one line of the answer to `fields`; null when it is none of its rows. */
export function parseGpuRow(line: string, fields: readonly string[]): GpuRow | null {
  const values = parseCsvLine(line, fields.length, fields.indexOf('name'));
  if (values === null) return null;
  const row = new Map(fields.map((field, at) => [field, values[at] ?? '']));
  const named = /^GPU-[0-9A-Fa-f-]+$/.test(row.get('uuid') ?? '') && /^\d{1,4}$/.test(row.get('index') ?? '');
  return named ? row : null;
}

/** Returns the figures of a row; whatever is not a number is null. */
export function sampleOf(row: GpuRow): DeviceSample {
  return {
    memory_total: mebibytesOrNull(row.get('memory.total')),
    memory_used: mebibytesOrNull(row.get('memory.used')),
    memory_free: mebibytesOrNull(row.get('memory.free')),
    utilization: numberOrNull(row.get('utilization.gpu')),
    temperature: numberOrNull(row.get('temperature.gpu')),
    power: numberOrNull(row.get('power.draw')),
  };
}

/** Returns the number by which nvidia-smi names the card, in PCI order. Every row has one. */
export function indexOf(row: GpuRow): number {
  return Number(row.get('index'));
}

/** Returns the driver's version; null when it was not reported. */
export function driverOf(row: GpuRow): string | null {
  return textOrNull(row.get('driver_version'));
}

/**
 * Returns the fields that remain when the driver refused one by name; null when there is nothing to leave out. One unknown name fails the whole
 * query: `Field "mig.mode.current" is not a valid field to query.`
 */
export function withoutRefusedField(fields: readonly string[], output: string): string[] | null {
  const refused = /Field "([^"]+)" is not a valid field to query/.exec(output)?.[1];
  if (refused === undefined || IDENTITY_FIELDS.includes(refused) || !fields.includes(refused)) return null;
  return fields.filter((field) => field !== refused);
}

/**
 * Splits a line of `--format=csv,noheader,nounits` into its fields. Only the field at `textAt` (a product or process name) may hold commas of its
 * own. A line with too few fields is not part of the table, hence null.
 */
export function parseCsvLine(line: string, count: number, textAt: number): string[] | null {
  const parts = line.split(',').map((part) => part.trim());
  const surplus = parts.length - count;
  if (surplus < 0) return null;
  const text = parts.slice(textAt, textAt + surplus + 1).join(', ');
  return [...parts.slice(0, textAt), text, ...parts.slice(textAt + surplus + 1)];
}

/**
 * Returns a number as the tool prints it, else null: `[N/A]`, `[Not Supported]`, `ERR!`, `[GPU is lost]` and anything else that a driver prints mean
 * "unknown", which is never 0.
 */
export function numberOrNull(text: string | undefined): number | null {
  if (text === undefined || !/^-?\d+(\.\d+)?$/.test(text)) return null;
  const value = Number(text);
  return Number.isFinite(value) ? value : null;
}

/** Returns bytes for printed mebibytes; unknown and negative amounts are null. */
export function mebibytesOrNull(text: string | undefined): number | null {
  const value = numberOrNull(text);
  return value === null || value < 0 ? null : Math.round(value * 1024 * 1024);
}

/** Returns a text as the tool prints it; empty and bracketed ones (`[N/A]`, `[Insufficient Permissions]`) are null. */
export function textOrNull(text: string | undefined): string | null {
  if (text === undefined || text === '' || text === 'N/A' || /^\[.*\]$/.test(text)) return null;
  return text;
}

/** A MIG instance as `nvidia-smi -L` lists it. */
export interface MigInstance {
  /** `MIG-<uuid>` since driver 470, `MIG-GPU-<uuid of the card>/<gi>/<ci>` before. */
  uuid: string;
  /** `1g.10gb`, `1c.3g.40gb`, `1g.10gb+me`, … */
  profile: string;
  cardIndex: number;
}

/** The content of `nvidia-smi -L`. */
export interface MigList {
  instances: MigInstance[];
  /** Lines about an instance that cannot be read, or that come below no card. */
  unreadable: string[];
}

/**
 * Parses `nvidia-smi -L`: a line per card, and below it an indented one per MIG instance (`  MIG 1g.10gb Device  0: (UUID: MIG-…)`; the spaces before
 * the number differ between drivers).
 */
export function parseMigList(text: string): MigList {
  const instances: MigInstance[] = [];
  const unreadable: string[] = [];
  let cardIndex: number | null = null;
  for (const line of text.split('\n')) {
    const card = /^GPU (\d+):/.exec(line)?.[1];
    if (card !== undefined) {
      cardIndex = Number(card);
      continue;
    }
    // Instances below a card whose line cannot be read do not belong to the card before it.
    if (/^GPU\b/.test(line)) cardIndex = null;
    const mig = /^\s+MIG\s+(\S+)\s+Device\s+\d+:\s+\(UUID:\s+(MIG-[^)\s]+)\)/.exec(line);
    const [, profile, uuid] = mig ?? [];
    if (cardIndex !== null && profile !== undefined && uuid !== undefined) instances.push({ uuid, profile, cardIndex });
    else if (/\bMIG\b/i.test(line)) unreadable.push(line.trim());
  }
  return { instances, unreadable };
}

/** A process that computes on a device. */
export interface DeviceUse {
  pid: number;
  /** UUID of the card, also for work on one of its MIG instances. */
  uuid: string;
  /** Bytes; null where the driver does not report it (MIG, WSL). */
  memory: number | null;
  name: string | null;
}

const FIELDS = ['pid', 'gpu_uuid', 'used_memory', 'process_name'] as const;

/**
 * Returns the processes that hold a compute context on an NVIDIA device. `known` is false where that is unknown (no tool, a driver that does not
 * answer, WSL): then an absent process proves nothing. `hangs` is the answer of a tool that answers no query. In a container the process ids may be
 * those of the host.
 */
export async function processesOnDevices(
  env: NodeJS.ProcessEnv,
  probe: Omit<Probe, 'env'> = {},
): Promise<{ known: boolean; processes: DeviceUse[]; hangs: ToolAnswer | null }> {
  const question = [`--query-compute-apps=${FIELDS.join(',')}`, '--format=csv,noheader,nounits'];
  const answer = await askNvidiaSmi(question, { ...probe, env });
  const lines = tableLines(answer);
  const processes = lines.map(parseComputeApp).filter((use) => use !== null);
  const hangs = answer.kind === 'timeout' || answer.kind === 'aborted' ? answer : null;
  return { known: answer.kind === 'answered' && processes.length === lines.length, processes, hangs };
}

/** Parses one line of `--query-compute-apps=pid,gpu_uuid,used_memory,process_name`; null when it is no row. */
export function parseComputeApp(line: string): DeviceUse | null {
  const values = parseCsvLine(line, FIELDS.length, FIELDS.length - 1);
  if (values === null) return null;
  const [pid, uuid, memory, name] = values;
  if (pid === undefined || uuid === undefined || !/^\d{1,10}$/.test(pid) || !/^(GPU|MIG)-/.test(uuid)) return null;
  return { pid: Number(pid), uuid, memory: mebibytesOrNull(memory), name: textOrNull(name) };
}
