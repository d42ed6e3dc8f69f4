import type { Device } from '../../../shared/device.ts';
import { detectAmd } from './amd-devices.ts';
import { detectApple } from './apple-devices.ts';
import { defaultCpuSlots } from './host-device.ts';
import { detectIntel } from './intel-devices.ts';
import { detectNvidia } from './nvidia-devices.ts';
import type { Probe } from './run-tool.ts';
import { maskProblems } from './visible-devices-mask.ts';

/** Options of the search for devices. Everything but the environment has a default. */
export interface DetectOptions extends Probe {
  platform?: NodeJS.Platform | undefined;
  /** The kernel's list of graphics cards. */
  drmFolder?: string | undefined;
}

/**
 * Finds the devices of this machine: every GPU and MIG instance, or CPU slots where there is none. `problems` are sentences for people about devices
 * that exist but cannot be used. They never prevent the others from being found.
 */
export async function detectDevices(options: DetectOptions): Promise<{ devices: Device[]; problems: string[] }> {
  const platform = options.platform ?? process.platform;
  const [nvidia, amd, intel, apple] = await Promise.all([
    detectNvidia(options),
    detectAmd(options),
    platform === 'linux' ? detectIntel(options.drmFolder ?? '/sys/class/drm') : { devices: [], problems: [] },
    platform === 'darwin' ? detectApple(options) : [],
  ]);
  const devices = [...nvidia.devices, ...amd.devices, ...intel.devices, ...apple];
  return {
    devices: devices.length === 0 ? defaultCpuSlots() : devices,
    problems: [...nvidia.problems, ...amd.problems, ...intel.problems, ...maskProblems(devices, options.env)],
  };
}
