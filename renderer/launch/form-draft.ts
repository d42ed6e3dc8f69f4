import { z } from 'zod';
import { type Begin, type LaunchRequest, launchSchema, type PipelineSummary } from '../../shared/contract/launch.ts';
import type { DeviceLease } from '../../shared/contract/machine.ts';
import { type Device, type DeviceKind, deviceLabel, isSameDevice } from '../../shared/device.ts';
import { isAbsolutePath } from '../../shared/pipeline/command-line.ts';
import { dispatchSchema, type Parameter } from '../../shared/pipeline/pipeline.ts';
import { ok, type Result } from '../../shared/result.ts';
import { parameterComplaint } from './check-parameter.ts';
import { type FieldProblems, fieldProblem, parameterField } from './field-problems.ts';

/** Kinds that one program can use together, the preferred first; the engine's `all` means the first family that exists. */
const FAMILIES: readonly (readonly DeviceKind[])[] = [['nvidia', 'mig'], ['amd'], ['apple'], ['intel'], ['cpu']];

/** The most CPU slots of a run. */
const CPU_SLOTS_LIMIT = 1024;

/** What a person has typed into the form so far, valid or not: numbers are text until they are checked. */
export const launchDraftSchema = z.object({
  /** A pipeline's name; empty until one is chosen. */
  pipeline: z.string(),
  /** By pipeline and name, so that choosing another pipeline loses nothing. Untouched parameters are absent. */
  parameters: z.record(z.string(), z.record(z.string(), z.string())),
  inputs: z.array(z.string()),
  skipInvalid: z.boolean(),
  /** Names of devices as `deviceName` makes them; null for all. */
  devices: z.array(z.string()).nullable(),
  cpuSlots: z.string(),
  /** When the run begins; drafts of earlier versions do not say. */
  begin: z.enum(['now', 'share', 'when-free', 'any']).default('now'),
  /** How many devices are enough, where any of them are. */
  anyCount: z.string().default('1'),
  /** Empty: as the pipeline defines it. */
  dispatch: z.union([dispatchSchema, z.literal('')]),
  retries: z.string(),
  workersPerDevice: z.string(),
  stallTimeout: z.string(),
  output: z.string(),
  overwrite: z.boolean(),
  name: z.string(),
});
export type LaunchDraft = z.infer<typeof launchDraftSchema>;

export const EMPTY_DRAFT: LaunchDraft = {
  pipeline: '',
  parameters: {},
  inputs: [],
  skipInvalid: false,
  devices: null,
  cpuSlots: '',
  begin: 'now',
  anyCount: '1',
  dispatch: '',
  retries: '',
  workersPerDevice: '',
  stallTimeout: '',
  output: '',
  overwrite: false,
  name: '',
};

/** What the form needs to know about the machine. */
export interface LaunchFacts {
  pipelines: readonly PipelineSummary[];
  devices: readonly Device[];
  /** Where relative paths start. */
  workingDirectory: string;
}

/** Returns the chosen pipeline, if one with this name exists. */
export function chosenPipeline(
  draft: Pick<LaunchDraft, 'pipeline'>,
  facts: Pick<LaunchFacts, 'pipelines'>,
): PipelineSummary | null {
  return facts.pipelines.find(({ name }) => name === draft.pipeline) ?? null;
}

/** Returns the text of a parameter's field: what was typed, else the default. */
export function parameterText(draft: LaunchDraft, name: string, parameter: Parameter): string {
  return draft.parameters[draft.pipeline]?.[name] ?? defaultText(parameter);
}

/** Returns the draft with another text for a parameter of its pipeline. */
export function withParameter(draft: LaunchDraft, name: string, text: string): LaunchDraft {
  const ofPipeline = { ...draft.parameters[draft.pipeline], [name]: text };
  return { ...draft, parameters: { ...draft.parameters, [draft.pipeline]: ofPipeline } };
}

/** Returns the request of a draft, or its problems field by field, as far as they can be found without the engine. */
export function checkDraft(draft: LaunchDraft, facts: LaunchFacts): Result<LaunchRequest, FieldProblems> {
  const pipeline = chosenPipeline(draft, facts);
  const problems: FieldProblems = {
    ...pipelineProblems(draft, pipeline),
    ...(pipeline === null ? {} : parameterProblems(draft, pipeline)),
    ...deviceProblems(draft, facts.devices),
    ...numberProblems(draft),
    ...anyCountProblems(draft, facts.devices),
  };
  if (draft.inputs.length === 0)
    problems.inputs = fieldProblem('Add the files or folders to work on.', { missing: true });
  if (!launchSchema.shape.name.safeParse(draft.name).success)
    problems.name = fieldProblem('Keep it to 200 characters.');
  if (pipeline === null || Object.keys(problems).length > 0) return { ok: false, error: problems };
  return ok(requestOf(draft, pipeline, facts));
}

function pipelineProblems(draft: LaunchDraft, pipeline: PipelineSummary | null): FieldProblems {
  if (pipeline !== null) return {};
  if (draft.pipeline === '') return { pipeline: fieldProblem('Choose a pipeline.', { missing: true }) };
  return { pipeline: fieldProblem(`There is no pipeline “${draft.pipeline}” any more. Choose another one.`) };
}

function parameterProblems(draft: LaunchDraft, pipeline: PipelineSummary): FieldProblems {
  const problems: FieldProblems = {};
  for (const [name, parameter] of Object.entries(pipeline.parameters)) {
    const text = parameterText(draft, name, parameter);
    const touched = draft.parameters[draft.pipeline]?.[name] !== undefined;
    const complaint = parameterComplaint(parameter, text);
    if (complaint !== null) problems[parameterField(name)] = fieldProblem(complaint, { missing: !touched });
  }
  return problems;
}

function deviceProblems(draft: LaunchDraft, devices: readonly Device[]): FieldProblems {
  if (draft.devices?.length === 0) return { devices: fieldProblem('Choose at least one device.') };
  const complaint = hasGpu(devices) ? null : cpuSlotsComplaint(draft.cpuSlots);
  return complaint === null ? {} : { cpuSlots: fieldProblem(complaint) };
}

function anyCountProblems(draft: LaunchDraft, devices: readonly Device[]): FieldProblems {
  if (draft.begin !== 'any') return {};
  const most = chosenCount(draft, devices);
  const count = Number(draft.anyCount);
  // What is wrong with the devices themselves is said there.
  if (!(most >= 1)) return {};
  const isValid = /^\d{1,4}$/.test(draft.anyCount.trim()) && count >= 1 && count <= most;
  return isValid ? {} : { anyCount: fieldProblem(`Give a whole number from 1 to ${most}.`) };
}

/** Returns how many devices a draft chooses. */
export function chosenCount(
  { devices: chosen, cpuSlots }: Pick<LaunchDraft, 'devices' | 'cpuSlots'>,
  devices: readonly Device[],
): number {
  if (hasGpu(devices)) return (chosen ?? usualDevices(devices)).length;
  return cpuSlots.trim() === '' ? devices.length : Number(cpuSlots);
}

/** Returns the runs that have ticked devices, so that a plain start is refused. CPU slots are shared without being asked. */
export function usersOfChosen(
  { devices: chosen }: Pick<LaunchDraft, 'devices'>,
  { devices, leases }: { devices: readonly Device[]; leases: readonly DeviceLease[] },
): string[] {
  const names = chosen ?? usualDevices(devices);
  const ticked = devices.filter((device) => device.kind !== 'cpu' && names.includes(deviceName(device, devices)));
  return leases.filter(({ device }) => ticked.some((one) => isSameDevice(one, device))).map(({ run }) => run);
}

const NUMBERS = {
  retries: 'Give a whole number from 0 to 100.',
  workersPerDevice: 'Give a whole number from 1 to 64.',
  stallTimeout: 'Give seconds, more than 0.',
} as const;
type NumberField = keyof typeof NUMBERS;
const NUMBER_FIELDS: readonly NumberField[] = ['retries', 'workersPerDevice', 'stallTimeout'];

function numberProblems(draft: LaunchDraft): FieldProblems {
  const problems: FieldProblems = {};
  for (const field of NUMBER_FIELDS) {
    if (!launchSchema.shape[field].safeParse(numberOf(draft[field])).success)
      problems[field] = fieldProblem(NUMBERS[field]);
  }
  return problems;
}

/** Returns undefined when nothing was typed. */
function numberOf(text: string): number | undefined {
  return text.trim() === '' ? undefined : Number(text);
}

function requestOf(draft: LaunchDraft, pipeline: PipelineSummary, facts: LaunchFacts): LaunchRequest {
  const request: LaunchRequest = {
    pipeline: draft.pipeline,
    inputs: draft.inputs,
    parameters: givenParameters(draft, pipeline, facts.workingDirectory),
    overwrite: draft.overwrite,
    skipInvalid: draft.skipInvalid,
    workingDirectory: facts.workingDirectory,
  };
  const devices = deviceSelector(draft, facts.devices);
  if (devices !== null) request.devices = devices;
  const begin = beginOfDraft(draft);
  if (begin !== null) request.begin = begin;
  if (draft.output.trim() !== '') request.output = draft.output.trim();
  if (draft.dispatch !== '') request.dispatch = draft.dispatch;
  if (draft.name.trim() !== '') request.name = draft.name.trim();
  for (const field of NUMBER_FIELDS) {
    const value = numberOf(draft[field]);
    if (value !== undefined) request[field] = value;
  }
  return request;
}

/** Returns null for a plain start. */
function beginOfDraft({ begin, anyCount }: LaunchDraft): Begin | null {
  switch (begin) {
    case 'now':
      return null;
    case 'share':
      return { kind: 'now', share: true };
    case 'when-free':
      return { kind: 'when-free', any: null };
    case 'any':
      return { kind: 'when-free', any: Number(anyCount) };
    default:
      return begin satisfies never;
  }
}

/** Returns the parameters that differ from the defaults; the engine fills in the rest. */
function givenParameters(draft: LaunchDraft, pipeline: PipelineSummary, folder: string): Record<string, string> {
  const given: Record<string, string> = {};
  for (const [name, parameter] of Object.entries(pipeline.parameters)) {
    const text = parameterText(draft, name, parameter);
    if (parameter.default !== undefined && text === defaultText(parameter)) continue;
    given[name] = isPath(parameter) ? absolute(text.trim(), folder) : trimmed(parameter, text);
  }
  return given;
}

/** Trims blanks, which have no meaning around a number, but may have one in a text. */
function trimmed(parameter: Parameter, text: string): string {
  return parameter.type === 'string' ? text : text.trim();
}

function isPath({ type }: Parameter): boolean {
  return type === 'file' || type === 'folder';
}

/** Makes a path absolute: a relative one would start elsewhere when the command is run from another folder. */
function absolute(path: string, folder: string): string {
  return path === '' || isAbsolutePath(path) ? path : `${folder}/${path}`;
}

function defaultText(parameter: Parameter): string {
  return parameter.default === undefined ? '' : String(parameter.default);
}

/** Whether there is any device other than CPU slots. */
export function hasGpu(devices: readonly Device[]): boolean {
  return devices.some(({ kind }) => kind !== 'cpu');
}

/** Returns the names of the default devices: those of the first vendor found. */
export function usualDevices(devices: readonly Device[]): string[] {
  const families = FAMILIES.map((kinds) => devices.filter(({ kind }) => kinds.includes(kind)));
  const usual = families.find((family) => family.length > 0) ?? [];
  return usual.map((device) => deviceName(device, devices));
}

/** Returns the name of a device in a request: its index if that is unique, else its UUID. */
export function deviceName(device: Device, devices: readonly Device[]): string {
  const alone = devices.filter(({ index }) => index === device.index).length === 1;
  return alone && device.kind !== 'mig' ? String(device.index) : (device.uuid ?? String(device.index));
}

/** Returns the `--devices` of a draft; null for the engine's own choice. */
export function deviceSelector(
  { devices: chosen, cpuSlots }: Pick<LaunchDraft, 'devices' | 'cpuSlots'>,
  devices: readonly Device[],
): string | null {
  if (devices.every(({ kind }) => kind === 'cpu')) return cpuSlots.trim() === '' ? null : `cpu:${Number(cpuSlots)}`;
  return chosen === null ? null : chosen.join(',');
}

/** Returns what is wrong with the number of CPU slots; null when it is valid. */
export function cpuSlotsComplaint(text: string): string | null {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const count = /^\d{1,6}$/.test(trimmed) ? Number(trimmed) : 0;
  return count >= 1 && count <= CPU_SLOTS_LIMIT ? null : `Give a whole number from 1 to ${CPU_SLOTS_LIMIT}.`;
}

/** Returns the chosen names without a device now. */
export function vanishedDevices(chosen: readonly string[] | null, devices: readonly Device[]): string[] {
  const there = new Set(devices.map((device) => deviceName(device, devices)));
  return (chosen ?? []).filter((name) => !there.has(name));
}

/**
 * Returns the choice after a device's box was ticked or cleared.
 * @param usual the choice that null stands for
 * @returns null for the usual choice
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

/** Returns the title of a device: `GPU 0, NVIDIA H100`. */
export function deviceTitle(device: Pick<Device, 'kind' | 'index' | 'name' | 'uuid'>): string {
  return device.kind === 'cpu' ? deviceLabel(device) : `${deviceLabel(device)}, ${device.name}`;
}
