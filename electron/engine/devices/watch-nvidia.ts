import { type Device, type DeviceSample, deviceLabel } from '../../../shared/device.ts';
import type { WatchTarget, WatchTimes } from './device-reading.ts';
import { hostMemory } from './host-device.ts';
import { migSample } from './nvidia-devices.ts';
import { nvidiaLineProblem } from './nvidia-problems.ts';
import { type GpuRow, indexOf, NVIDIA_SMI_FILES, parseGpuRow, SAMPLE_FIELDS, sampleOf } from './nvidia-smi.ts';
import { type StreamFault, ToolStream } from './tool-stream.ts';

/** How many different sentences are remembered as reported. After that all may be reported again. */
const REPORTED_LIMIT = 100;

/**
 * Watches NVIDIA cards and MIG instances by one nvidia-smi that stays alive: a new start for each sample would cost seconds and keep the cards out of
 * their idle state. Lines that are no rows (the driver prints Xid messages in between) are skipped. The known ones are reported as problems.
 */
export class NvidiaWatch {
  readonly #devices: readonly Device[];
  readonly #target: WatchTarget;
  readonly #silentMs: number;
  readonly #stream: ToolStream;
  readonly #ticker: NodeJS.Timeout;
  /** Until when (`performance.now()`) the last row of a device is valid; a device that is not in it is stale. */
  readonly #freshUntil = new Map<Device, number>();
  readonly #reported = new Set<string>();
  #down = false;
  /** When the tool last printed anything: a device can only be missing from a table that is printed. */
  #lastPrintedAt = Number.NEGATIVE_INFINITY;

  constructor(devices: readonly Device[], env: NodeJS.ProcessEnv, times: WatchTimes, target: WatchTarget) {
    this.#devices = devices;
    this.#target = target;
    this.#silentMs = times.silentMs;
    for (const device of devices) this.#freshUntil.set(device, performance.now() + times.firstLineMs);
    this.#stream = new ToolStream({
      ...times,
      files: NVIDIA_SMI_FILES,
      args: [`--query-gpu=${SAMPLE_FIELDS.join(',')}`, '--format=csv,noheader,nounits', '-lms', `${times.intervalMs}`],
      env,
      onLine: (line) => this.#line(line),
      onFault: (fault) => this.#fault(fault),
    });
    this.#ticker = setInterval(() => this.#findVanished(), times.intervalMs).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.#ticker);
    await this.#stream.stop();
  }

  #line(line: string): void {
    this.#lastPrintedAt = performance.now();
    const row = parseGpuRow(line, SAMPLE_FIELDS);
    if (row === null) return this.#reportOnce(nvidiaLineProblem(line));
    if (this.#down) this.#expectAll();
    for (const device of this.#devices) {
      const sample = sampleFor(device, row);
      if (sample === null) continue;
      this.#freshUntil.set(device, performance.now() + this.#silentMs);
      this.#target.onSample({ device, sample, stale: false });
    }
  }

  /** Expects all devices again after the tool has answered again: a device that is not in its next table has vanished meanwhile. */
  #expectAll(): void {
    this.#down = false;
    for (const device of this.#devices) this.#freshUntil.set(device, performance.now() + this.#silentMs);
  }

  #fault(fault: StreamFault): void {
    for (const device of this.#devices) this.#markStale(device);
    if (!this.#down) this.#target.onProblem(faultSentence(fault));
    this.#down = true;
  }

  /** Reports cards that fell off the bus: they are no longer in the table while the others are. A missing table is detected by the stream. */
  #findVanished(): void {
    const now = performance.now();
    if (now - this.#lastPrintedAt > this.#silentMs) return;
    for (const [device, until] of this.#freshUntil) {
      if (now <= until) continue;
      this.#markStale(device, true);
      this.#target.onProblem(
        `nvidia-smi no longer reports ${deviceLabel(device)} (${device.name}). It may have fallen off the bus: look at the kernel log.`,
      );
    }
  }

  #markStale(device: Device, vanished = false): void {
    if (!this.#freshUntil.delete(device)) return;
    this.#target.onSample({ device, sample: null, stale: true, ...(vanished ? { vanished } : {}) });
  }

  #reportOnce(problem: string | null): void {
    if (problem === null || this.#reported.has(problem)) return;
    if (this.#reported.size >= REPORTED_LIMIT) this.#reported.clear();
    this.#reported.add(problem);
    this.#target.onProblem(problem);
  }
}

/** Returns the figures of a device in a row of its card; null when the row is of another card. */
function sampleFor(device: Device, row: GpuRow): DeviceSample | null {
  if (device.kind === 'mig') return device.parent_index === indexOf(row) ? migSample(sampleOf(row)) : null;
  if (device.uuid !== row.get('uuid')) return null;
  return device.unified_memory ? { ...sampleOf(row), ...hostMemory() } : sampleOf(row);
}

function faultSentence(fault: StreamFault): string {
  const next = 'The figures of NVIDIA devices are unknown until it answers again; it is started again automatically.';
  switch (fault.kind) {
    case 'missing':
      return `nvidia-smi is not there any more. ${next} Is the driver being updated?`;
    case 'died':
      return `nvidia-smi ended (${fault.ending}). ${next}`;
    case 'silent':
      return `nvidia-smi has printed nothing for ${fault.seconds} s. ${next} If this goes on, look at the kernel log.`;
  }
}
