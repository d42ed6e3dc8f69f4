import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectDevices } from '../../electron/engine/devices/detect-devices.ts';
import type { DeviceReading } from '../../electron/engine/devices/device-reading.ts';
import { cpuSlots } from '../../electron/engine/devices/host-device.ts';
import { type DeviceWatch, watchDevices } from '../../electron/engine/devices/watch-devices.ts';
import type { Device } from '../../shared/device.ts';
import { StandInMachine } from '../helpers/stand-in-tools.ts';

/** Small, so that a test sees many samples, but patient with a slow machine: tests of silence set their own patience. */
const TIMES = {
  intervalMs: 50,
  amdIntervalMs: 20,
  firstLineMs: 15_000,
  silentMs: 15_000,
  restartFirstMs: 20,
  restartLongestMs: 100,
};

let machine: StandInMachine;
let watch: DeviceWatch | null;
let readings: DeviceReading[];
let problems: string[];

beforeEach(() => {
  machine = new StandInMachine();
  watch = null;
  readings = [];
  problems = [];
});

afterEach(async () => {
  await watch?.stop();
  machine.remove();
});

/** Watches the devices found on the machine. */
async function begin(times: Partial<typeof TIMES> = {}): Promise<Device[]> {
  const { devices } = await detectDevices({ env: machine.env, platform: 'linux', drmFolder: await machine.noCards() });
  watchThese(devices, times);
  return devices;
}

function watchThese(devices: Device[], times: Partial<typeof TIMES> = {}): void {
  watch = watchDevices(devices, {
    ...TIMES,
    ...times,
    env: machine.env,
    onSample: (reading) => readings.push(reading),
    onProblem: (problem) => problems.push(problem),
  });
}

/** Waits until a reading that satisfies the condition comes after what was seen so far. */
async function nextReading(condition: (reading: DeviceReading) => boolean): Promise<DeviceReading | undefined> {
  const from = readings.length;
  await expect.poll(() => readings.slice(from).some(condition)).toBe(true);
  return readings.slice(from).find(condition);
}

const isFresh = (reading: DeviceReading) => !reading.stale;
const isStale = (reading: DeviceReading) => reading.stale;

describe('the stream of nvidia-smi', () => {
  it('gives the figures of every card, from one process', async () => {
    machine.install('nvidia-smi', 'two-mixed');
    const devices = await begin();
    const before = machine.starts().length;
    for (const device of devices) await nextReading((reading) => reading.device === device && isFresh(reading));
    const { sample } = (await nextReading((reading) => reading.device.index === 1)) ?? {};
    expect(sample).toEqual({
      memory_total: 24_576 * 1024 * 1024,
      memory_used: 18_231 * 1024 * 1024,
      memory_free: 5_911 * 1024 * 1024,
      utilization: 97,
      temperature: 71,
      power: 341.8,
    });
    expect(machine.starts().length - before).toBeLessThanOrEqual(1);
    expect(problems).toEqual([]);
  });

  it('has for a MIG instance what holds for it alone', async () => {
    machine.install('nvidia-smi', 'mig');
    await begin();
    const reading = await nextReading((seen) => seen.device.kind === 'mig');
    expect(reading?.sample).toMatchObject({ memory_used: null, utilization: null, power: null, temperature: 33 });
  });

  it('goes on behind an Xid line, which is told once, and behind other lines', async () => {
    machine.install('nvidia-smi', 'two-mixed');
    await begin();
    await nextReading(isFresh);
    const xid = 'NVRM: Xid (PCI:0000:65:00): 79, pid=90211, name=python, GPU has fallen off the bus.\n';
    machine.steer('nvidia-smi', 'say.txt', `${xid}some, other, text\n${xid}`);
    await expect.poll(() => problems.length).toBe(1);
    expect(problems[0]).toContain('Xid (PCI:0000:65:00): 79');
    await nextReading(isFresh);
    expect(problems).toHaveLength(1);
    expect(readings.every(isFresh)).toBe(true);
  });

  it('is started again when it dies, and meanwhile the figures are stale', async () => {
    machine.install('nvidia-smi', 'one-rtx-4090');
    await begin();
    await nextReading(isFresh);
    machine.steer('nvidia-smi', 'die');
    const stale = await nextReading(isStale);
    expect(stale?.sample).toBeNull();
    await nextReading(isFresh);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('exit status 1');
  });

  it('is killed and started again when it hangs', async () => {
    machine.install('nvidia-smi', 'one-rtx-4090');
    await begin({ silentMs: 400 });
    await nextReading(isFresh);
    machine.steer('nvidia-smi', 'hang');
    await nextReading(isStale);
    expect(problems.join()).toContain('has printed nothing');
    machine.unsteer('nvidia-smi', 'hang');
    await nextReading(isFresh);
    const [, ...earlier] = machine.starts().toReversed();
    await expect.poll(() => earlier.filter(isRunning)).toEqual([]);
  });

  it('that never begins is found out as well', async () => {
    machine.install('nvidia-smi', 'one-rtx-4090');
    const { devices } = await detectDevices({ env: machine.env, drmFolder: await machine.noCards() });
    machine.steer('nvidia-smi', 'hang');
    watchThese(devices, { firstLineMs: 200 });
    await nextReading(isStale);
    await expect.poll(() => problems.join()).toContain('nvidia-smi');
  });

  it('that fails for long is told once, not at each try', async () => {
    machine.install('nvidia-smi', 'one-rtx-4090');
    await begin();
    await nextReading(isFresh);
    const before = machine.starts().length;
    machine.steer('nvidia-smi', 'fail.txt', 'Failed to initialize NVML: Driver/library version mismatch\n');
    await expect.poll(() => machine.starts().length - before).toBeGreaterThan(3);
    expect(problems.filter((problem) => problem.includes('exit status 9'))).toHaveLength(1);
    expect(problems.filter((problem) => problem.includes('differ in version'))).toHaveLength(1);
    expect(readings.filter(isStale)).toHaveLength(1);
  });

  it('survives that the tool is taken away and comes back', async () => {
    machine.install('nvidia-smi', 'one-rtx-4090');
    await begin();
    await nextReading(isFresh);
    machine.uninstall('nvidia-smi');
    machine.steer('nvidia-smi', 'die');
    await nextReading(isStale);
    machine.install('nvidia-smi', 'one-rtx-4090');
    await nextReading(isFresh);
    expect(problems).toHaveLength(1);
  });

  it('tells when one card is no longer in it', async () => {
    machine.install('nvidia-smi', 'two-mixed');
    const [first] = await begin({ silentMs: 400 });
    await nextReading(isFresh);
    machine.install('nvidia-smi', 'one-rtx-4090').steer('nvidia-smi', 'query-gpu.csv', withOnly(first));
    await nextReading((reading) => reading.device.index === 1 && isStale(reading));
    await expect.poll(() => problems.join()).toContain('GPU 1 (NVIDIA GeForce RTX 3090)');
    await nextReading((reading) => reading.device.index === 0 && isFresh(reading));
  });

  it('tells when one card is no longer in it after it was started again', async () => {
    machine.install('nvidia-smi', 'two-mixed');
    const [first] = await begin({ silentMs: 4_000 });
    await nextReading((reading) => reading.device.index === 1 && isFresh(reading));
    // Ended and changed in one moment: all are stale first, and who does not come back with the others has vanished.
    machine.steer('nvidia-smi', 'query-gpu.csv', withOnly(first)).steer('nvidia-smi', 'die');
    await nextReading((reading) => reading.device.index === 0 && isStale(reading));
    await nextReading((reading) => reading.device.index === 0 && isFresh(reading));
    await expect.poll(() => problems.length).toBe(2);
    expect(problems[0]).toContain('nvidia-smi ended');
    expect(problems[1]).toContain('no longer reports GPU 1 (NVIDIA GeForce RTX 3090)');
    expect(readings.filter(({ vanished }) => vanished === true).map(({ device }) => device.index)).toEqual([1]);
  });

  it('ends with the watch, whatever state it is in, and nothing is called any more', async () => {
    machine.install('nvidia-smi', 'one-rtx-4090');
    await begin();
    await nextReading(isFresh);
    machine.steer('nvidia-smi', 'hang');
    await watch?.stop();
    const seen = readings.length;
    expect(machine.starts().filter(isRunning)).toEqual([]);
    expect(readings).toHaveLength(seen);
  });
});

describe('other devices', () => {
  it('of AMD are asked again and again, and stale when there is no answer', async () => {
    machine.install('amd-smi', 'two-mi300x');
    await begin();
    const reading = await nextReading((seen) => seen.device.index === 1);
    expect(reading).toMatchObject({ stale: false, sample: { utilization: 87, power: 542, temperature: 71 } });
    machine.unsteer('amd-smi', 'metric.json');
    await nextReading(isStale);
    expect(problems.length).toBeGreaterThan(0);
  });

  it('as CPU slots get the load and memory of the machine', async () => {
    watchThese(cpuSlots(2));
    const reading = await nextReading((seen) => seen.device.index === 1 && seen.sample?.utilization !== null);
    expect(reading?.sample?.utilization).toBeGreaterThanOrEqual(0);
    expect(reading?.sample?.utilization).toBeLessThanOrEqual(100);
    expect(reading?.sample?.memory_total).toBeGreaterThan(0);
  });
});

/** The table of a machine that has lost every card but one. */
function withOnly(device: Device | undefined): string {
  const header = 'index, uuid, name, memory.total [MiB], memory.used [MiB], memory.free [MiB]';
  const figures = 'utilization.gpu [%], temperature.gpu, power.draw [W]';
  return `${header}, ${figures}\n0, ${device?.uuid}, ${device?.name}, 12282, 4, 11913, 0, 34, 6.21\n`;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
