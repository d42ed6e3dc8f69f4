import { askNvidiaSmi, tableLines } from './nvidia-smi.ts';
import { mebibytesOrNull, parseCsvLine, textOrNull } from './parse-csv-line.ts';
import type { Probe, ToolAnswer } from './run-tool.ts';

/** A process that computes on a device. */
export interface DeviceUse {
  pid: number;
  /** UUID of the card, also for work on one of its MIG instances. */
  uuid: string;
  /** Bytes; null where the driver does not say (MIG, WSL). */
  memory: number | null;
  name: string | null;
}

const FIELDS = ['pid', 'gpu_uuid', 'used_memory', 'process_name'] as const;

/**
 * The processes that hold a compute context on an NVIDIA device. `known` is false where nothing can be said (no tool, a driver
 * that does not answer, WSL): then an absent process proves nothing. `hangs` is the answer of a tool that gives none to any question. In a container the process ids may be those of the host.
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

/** Reads one line of `--query-compute-apps=pid,gpu_uuid,used_memory,process_name`; null when it is no row. */
export function parseComputeApp(line: string): DeviceUse | null {
  const values = parseCsvLine(line, FIELDS.length, FIELDS.length - 1);
  if (values === null) return null;
  const [pid, uuid, memory, name] = values;
  if (pid === undefined || uuid === undefined || !/^\d{1,10}$/.test(pid) || !/^(GPU|MIG)-/.test(uuid)) return null;
  return { pid: Number(pid), uuid, memory: mebibytesOrNull(memory), name: textOrNull(name) };
}
