import type { LiveProgress } from '../../../shared/contract/events.ts';
import type { Device, DeviceRef, DeviceSample } from '../../../shared/device.ts';
import type { DeviceReading } from '../devices/device-reading.ts';
import { type DeviceWatch, watchDevices } from '../devices/watch-devices.ts';
import type { Environment } from '../files/data-home.ts';
import type { ComponentLog } from '../logs/component-log.ts';
import { METRICS_LOG_INTERVAL_MS } from '../records/metrics/device-series.ts';
import type { DeviceUsage } from '../records/metrics/metrics-document.ts';

interface Meter {
  device: Device;
  latest: DeviceSample | null;
  peakMemory: number | null;
  utilizationSum: number;
  utilizationCount: number;
  /** Joules. */
  energy: number | null;
  /** When the latest sample came, milliseconds of `performance.now()`. */
  at: number;
  loggedAt: number;
}

/** Watches the devices of a run: their present figures, and their totals in the end. */
export class DeviceMeter {
  private readonly meters: Map<string, Meter>;
  private readonly watch: DeviceWatch;
  private readonly vanishListeners = new Set<(device: DeviceRef) => void>();
  /** The metrics log of the step under way. */
  log: ComponentLog | null = null;
  /** Counts samples, so that a reader knows whether something has changed. */
  version = 0;

  constructor(devices: readonly Device[], env: Environment, onProblem: (problem: string) => void) {
    this.meters = new Map(devices.map((device) => [keyOf(device), newMeter(device)]));
    this.watch = watchDevices(devices, { env: { ...env }, onSample: (reading) => this.take(reading), onProblem });
  }

  /** Returns the present figures of the devices, for the live display. */
  live(): LiveProgress['devices'] {
    return [...this.meters.values()].map(({ device, latest }) => ({
      uuid: device.uuid,
      kind: device.kind,
      index: device.index,
      utilization: latest?.utilization ?? null,
      memory_used: latest?.memory_used ?? null,
      memory_total: latest?.memory_total ?? device.memory_total,
      temperature: latest?.temperature ?? null,
      power: latest?.power ?? null,
    }));
  }

  /** Returns the latest figures of a device; null while they are unknown. */
  sampleOf(device: DeviceRef): DeviceSample | null {
    return this.meters.get(keyOf(device))?.latest ?? null;
  }

  /** Subscribes to devices that their driver does not list any more. @returns unsubscribes */
  onVanished(listener: (device: DeviceRef) => void): () => void {
    this.vanishListeners.add(listener);
    return () => this.vanishListeners.delete(listener);
  }

  /** Returns the totals of the samples. */
  usage(): DeviceUsage[] {
    return [...this.meters.values()].map((meter) => ({
      kind: meter.device.kind,
      index: meter.device.index,
      uuid: meter.device.uuid,
      peak_memory: meter.peakMemory,
      mean_utilization: meter.utilizationCount === 0 ? null : meter.utilizationSum / meter.utilizationCount,
      energy: meter.energy,
      utilization_samples: meter.utilizationCount,
    }));
  }

  stop(): Promise<void> {
    return this.watch.stop();
  }

  private take({ device, sample, vanished }: DeviceReading): void {
    if (vanished === true) for (const listener of this.vanishListeners) listener(device);
    const meter = this.meters.get(keyOf(device));
    if (meter === undefined) return;
    this.version += 1;
    const now = performance.now();
    addUp(meter, sample, now);
    if (now - meter.loggedAt < METRICS_LOG_INTERVAL_MS) return;
    meter.loggedAt = now;
    const { kind, index, uuid } = device;
    this.log?.write('INFO', 'device sample', { kind, index, uuid, ...(sample ?? { stale: true }) });
  }
}

function newMeter(device: Device): Meter {
  return {
    device,
    latest: null,
    peakMemory: null,
    utilizationSum: 0,
    utilizationCount: 0,
    energy: null,
    at: performance.now(),
    loggedAt: Number.NEGATIVE_INFINITY,
  };
}

function addUp(meter: Meter, sample: DeviceSample | null, now: number): void {
  const seconds = (now - meter.at) / 1000;
  meter.latest = sample;
  meter.at = now;
  if (sample === null) return;
  if (sample.memory_used !== null) meter.peakMemory = Math.max(meter.peakMemory ?? 0, sample.memory_used);
  if (sample.power !== null) meter.energy = (meter.energy ?? 0) + sample.power * seconds;
  if (sample.utilization === null) return;
  meter.utilizationSum += sample.utilization;
  meter.utilizationCount += 1;
}

function keyOf(device: Pick<DeviceRef, 'kind' | 'index' | 'uuid'>): string {
  return device.uuid ?? `${device.kind}:${device.index}`;
}
