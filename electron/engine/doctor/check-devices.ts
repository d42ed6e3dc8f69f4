import type { Check } from '../../../shared/contract/doctor.ts';
import { type Device, deviceLabel } from '../../../shared/device.ts';
import { bytes, plural } from '../../../shared/format.ts';
import { checkOf } from './check.ts';

/**
 * Checks which devices there are, what prevents the use of others, and which other processes use them.
 * @param problems sentences from the detection about devices that exist but cannot be used
 */
export function checkDevices(devices: readonly Device[], problems: readonly string[]): Check[] {
  return [checkFound(devices, problems), ...checkOtherProcesses(devices)];
}

function checkFound(devices: readonly Device[], problems: readonly string[]): Check {
  const { ok, warning, problem } = checkOf('devices', 'Devices');
  const gpus = devices.filter(({ kind }) => kind !== 'cpu');
  const drivers = [...new Set(gpus.flatMap(({ driver }) => driver ?? []))];
  const named = gpus.map((device) => `${deviceLabel(device)} ${device.name}`).join(', ');
  if (problems.length > 0) {
    const rest = gpus.length === 0 ? 'No GPU can be used.' : `Usable: ${named}.`;
    return problem(
      `${problems.join(' ')} ${rest}`,
      'Check the variable or the driver that is named: nvidia-smi (or amd-smi) by hand shows what the driver sees.',
    );
  }
  if (gpus.length === 0) {
    return warning(
      `No GPU was found; ${plural(devices.length, 'CPU slot')} will be used instead.`,
      'If the machine has one, install its driver, so that nvidia-smi (or amd-smi) is on PATH and lists it.',
    );
  }
  return ok(`${named}${drivers.length === 0 ? '' : `; driver ${drivers.join(', ')}`}.`);
}

function checkOtherProcesses(devices: readonly Device[]): Check[] {
  const { warning } = checkOf('device-memory', 'Device memory');
  const held = devices.flatMap((device) =>
    device.processes
      .filter(({ ours }) => !ours)
      .map(({ pid, name, memory_used }) => {
        const much = memory_used === null ? 'an unknown amount' : bytes(memory_used);
        return `process ${pid} (${name ?? 'name unknown'}) holds ${much} on ${deviceLabel(device)}`;
      }),
  );
  if (held.length === 0) return [];
  return [
    warning(
      `Other processes use the devices: ${held.join('; ')}.`,
      'End them if they are left-overs; Drover plans with the memory that is free.',
    ),
  ];
}
