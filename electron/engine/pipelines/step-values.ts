import type { DeviceRef } from '../../../shared/device.ts';
import type { ParameterValue } from '../../../shared/pipeline/pipeline.ts';
import { fileNames, JOIN_PREFIX, PARAMETER_PREFIX } from '../../../shared/pipeline/placeholders.ts';

/** The values of placeholders that are the same in the whole step. Paths are absolute. */
export interface StepContext {
  /** The step's output folder. */
  readonly outputDir: string;
  /** The working directory of a command without `cwd`. */
  readonly runDirectory: string;
  readonly pipelineDir: string;
  readonly resources: string;
  /** The interpreter found by `findPython`; null only when no step uses `{python}`. */
  readonly python: string | null;
  readonly node: string;
  readonly parameters: Readonly<Record<string, ParameterValue>>;
}

/** The values of placeholders of one worker. */
export interface WorkerContext {
  readonly rank: number;
  readonly worldSize: number;
  /** null for a step that uses no device. */
  readonly device: DeviceRef | null;
}

/** The values of placeholders of one item; an item record of the journal has this form. */
export interface ItemContext {
  readonly file: string;
  readonly relative_dir: string;
  /** The files of a join by name. */
  readonly joined?: Readonly<Record<string, string>> | undefined;
}

type Values = Record<string, string>;

/** Returns the values that are the same in the whole step. */
export function stepValues(context: StepContext): Values {
  return {
    output_dir: context.outputDir,
    pipeline_dir: context.pipelineDir,
    resources: context.resources,
    node: context.node,
    ...(context.python === null ? {} : { python: context.python }),
    ...parameterValues(context.parameters),
  };
}

/** Returns the values of `{param.NAME}`. */
export function parameterValues(parameters: Readonly<Record<string, ParameterValue>>): Values {
  return prefixed(PARAMETER_PREFIX, parameters);
}

/** Returns the values of one worker. Without a device the index is 0 and the UUID empty. */
export function workerValues({ rank, worldSize, device }: WorkerContext): Values {
  return {
    rank: String(rank),
    world_size: String(worldSize),
    device: String(device?.index ?? 0),
    device_uuid: device?.uuid ?? '',
    torch_device: torchDevice(device),
  };
}

/** Returns the values of one item, except `{output}`. At the top of its PATH, the folder is `.`, so that `{relative_dir}/x` is relative. */
export function itemValues({ file, relative_dir, joined }: ItemContext): Values {
  const { name, stem } = fileNames(file);
  const values: Values = { file, name, stem, relative_dir: relative_dir === '' ? '.' : relative_dir };
  return joined === undefined ? values : { ...values, ...prefixed(JOIN_PREFIX, joined) };
}

/** Returns PyTorch's name of the only device that a worker sees: the mask leaves one, with number 0. */
function torchDevice(device: DeviceRef | null): string {
  if (device === null) return 'cpu';
  if (device.kind === 'nvidia' || device.kind === 'mig' || device.kind === 'amd') return 'cuda:0';
  return device.kind === 'apple' ? 'mps' : 'cpu';
}

function prefixed(prefix: string, values: Readonly<Record<string, ParameterValue>>): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}${name}`, String(value)]));
}
