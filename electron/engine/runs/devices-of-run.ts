import { hostname } from 'node:os';
import { type Device, type DeviceRef, deviceLabel, isSameDevice } from '../../../shared/device.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { detectDevices } from '../devices/detect-devices.ts';
import { isSlots, selectDevices } from '../devices/select-devices.ts';
import { applyMasks, type VisibleDevices } from '../devices/visible-devices-mask.ts';
import { hasLiveWorkers } from '../run-directory/live-workers.ts';
import type { Metadata } from '../run-directory/metadata-schema.ts';
import type { RunSession } from './run-session.ts';

/**
 * Finds the devices of a run as they are now. A run that was launched on GPUs goes on with GPUs: the named ones by their UUIDs, because numbers
 * change when a card is gone; with `all` those that there are. Devices that cannot be used are reported. It never falls back to CPU slots.
 */
export async function devicesOfRun(session: RunSession): Promise<Result<Device[], Problem>> {
  const found = await allDevicesOfRun(session);
  const granted = session.state.queue?.granted ?? null;
  if (!found.ok || granted === null) return found;
  // It waited for some of the devices that it was launched on.
  return ok(found.value.filter((device) => granted.some((one) => isSameDevice(one, device))));
}

async function allDevicesOfRun(session: RunSession): Promise<Result<Device[], Problem>> {
  const { metadata, env } = session.parts;
  const selector = metadata.request.devices ?? undefined;
  const launched = metadata.devices.filter(({ kind }) => kind !== 'cpu');
  if (launched.length === 0 || metadata.host.hostname !== hostname()) return chosenAnew(session, selector);
  const { devices, problems } = await detectDevices({ env });
  const there = applyMasks(devices, env);
  const usable = isAll(selector) ? gpusOf(selectDevices('all', devices, env)) : present(launched, there.visible);
  for (const text of problems) session.warn(text);
  const missing = launched.filter((device) => present([device], usable).length === 0);
  if (usable.length === 0) return withoutDevices(session, launched, { there, problems });
  for (const device of missing) session.warn(`${whyMissing(device, there)}; the run goes on without it`);
  return ok(usable);
}

/** Selects devices as at a launch: on a machine without GPUs, or on another machine than that of the launch. */
async function chosenAnew(session: RunSession, selector: string | undefined): Promise<Result<Device[], Problem>> {
  const { env } = session.parts;
  if (isSlots(selector)) return selectDevices(selector, [], env);
  const { devices, problems } = await detectDevices({ env });
  const chosen = selectDevices(selector, devices, env);
  const onSlots = chosen.ok && chosen.value.every(({ kind }) => kind === 'cpu');
  for (const text of problems) session.warn(onSlots ? `${text} The run uses CPU slots.` : text);
  if (chosen.ok || session.state.interventions.length === 0) return chosen;
  session.warn(`${chosen.error.message} The run goes on with the devices there are.`);
  return selectDevices('all', devices, env);
}

/**
 * Returns the devices with their free memory of now: the launch, or the step before, may be a day ago. The driver may still count memory that
 * the step before has just released, so memory that was free at the beginning of the run counts as free.
 * @param index of the step, counted from 0
 */
export async function devicesOfStepNow(
  session: RunSession,
  index: number,
  devices: readonly Device[],
): Promise<readonly Device[]> {
  const needed = session.parts.metadata.definition.steps[index]?.min_free_memory_gib ?? 0;
  if (needed === 0 || index === 0) return devices;
  const { devices: now } = await detectDevices({ env: session.parts.env });
  return devices.map((device) => {
    const [fresh] = present([device], now);
    const isRoomier = (fresh?.memory_free ?? 0) > (device.memory_free ?? Number.POSITIVE_INFINITY);
    return fresh !== undefined && isRoomier ? fresh : device;
  });
}

/** Returns the devices of workers that outlived their engine and go on. They are as they were, although the driver does not list them. */
function withoutDevices(
  session: RunSession,
  launched: Metadata['devices'],
  { there, problems }: { there: VisibleDevices; problems: readonly string[] },
): Result<Device[], Problem> {
  const reasons = launched.map((device) => whyMissing(device, there));
  if (!hasLiveWorkers(session.state, session.parts.directory, session.parts.table))
    return err(noDevice([...problems, `${reasons.join('; ')}.`]));
  for (const reason of reasons) session.warn(`${reason}; its workers go on`);
  return ok(launched.map(unknownDevice));
}

function noDevice(reasons: readonly string[]): Problem {
  return problem(
    'no-device',
    `No device of this run can be used. ${reasons.join(' ')}`,
    'Mend that ("drover devices" shows what there is), then resume the run: what is complete is kept. Other devices need a new run.',
  );
}

function whyMissing(device: DeviceRef, { hidden }: VisibleDevices): string {
  const masked = hidden.find((one) => isSameDevice(one.device, device));
  const why = masked === undefined ? 'the driver does not name it any more' : `it is hidden by ${masked.variable}`;
  return `${deviceLabel(device)} (${device.name}) cannot be used: ${why}`;
}

function isAll(selector: string | undefined): boolean {
  return selector === undefined || selector.trim().toLowerCase() === 'all';
}

function gpusOf(selected: Result<Device[], Problem>): Device[] {
  return selected.ok ? selected.value.filter(({ kind }) => kind !== 'cpu') : [];
}

/** Returns those of some devices that are there, in their order. */
function present(wanted: readonly DeviceRef[], there: readonly Device[]): Device[] {
  return wanted.flatMap((device) => there.find((one) => isSameDevice(one, device)) ?? []);
}

function unknownDevice(device: Metadata['devices'][number]): Device {
  const figures = { memory_total: null, memory_used: null, memory_free: null, utilization: null };
  const parts = { temperature: null, power: null, parent_index: null, unified_memory: false, processes: [] };
  return { ...device, ...figures, ...parts };
}
