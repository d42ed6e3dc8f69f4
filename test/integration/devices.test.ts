import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, freemem, totalmem } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { detectDevices } from '../../electron/engine/devices/detect-devices.ts';
import { processesOnDevices } from '../../electron/engine/devices/nvidia-smi.ts';
import { selectDevices } from '../../electron/engine/devices/select-devices.ts';
import { deviceSchema } from '../../shared/device.ts';
import { StandInMachine } from '../helpers/stand-in-tools.ts';

const MIB = 1024 * 1024;

let machine: StandInMachine;

beforeEach(() => {
  machine = new StandInMachine();
});

afterEach(() => {
  machine.remove();
});

async function detect(options: Partial<Parameters<typeof detectDevices>[0]> = {}) {
  const found = await detectDevices({
    env: machine.env,
    platform: 'linux',
    drmFolder: await machine.noCards(),
    ...options,
  });
  for (const device of found.devices) deviceSchema.parse(device);
  return found;
}

/** Detects on a machine with one vendor's tool. */
function detectOn(tool: 'nvidia-smi' | 'amd-smi', recording: string) {
  machine.install(tool, recording);
  return detect();
}

describe('the questions about NVIDIA cards', () => {
  it('come in an order that never tells memory which a process has just taken as free', async () => {
    machine.install('nvidia-smi', 'one-rtx-4090');
    const tool = join(machine.folder, 'bin/nvidia-smi');
    renameSync(tool, `${tool}.real`);
    const asked = join(machine.folder, 'asked');
    writeFileSync(tool, `#!/bin/sh\necho "$1" >> '${asked}'\nexec '${tool}.real' "$@"\n`, { mode: 0o755 });
    await detect();
    const questions = readFileSync(asked, 'utf8').trim().split('\n');
    expect(questions.map((question) => /^--query-(\S+?)=/.exec(question)?.[1])).toEqual(['compute-apps', 'gpu']);
  });
});

describe('a machine without a GPU', () => {
  it('has CPU slots with the memory of the machine, and no problem', async () => {
    const { devices, problems } = await detect();
    expect(problems).toEqual([]);
    expect(devices.map(({ kind, index, uuid }) => ({ kind, index, uuid }))).toEqual(
      Array.from({ length: Math.min(4, availableParallelism()) }, (_, index) => ({ kind: 'cpu', index, uuid: null })),
    );
    expect(devices[0]?.memory_total).toBe(totalmem());
    expect(devices[0]?.utilization).toBeNull();
  });
});

describe('NVIDIA cards', () => {
  it('are told with memory in bytes, driver and who uses them', async () => {
    const { devices, problems } = await detectOn('nvidia-smi', 'one-rtx-4090');
    expect(problems).toEqual([]);
    expect(devices).toEqual([
      {
        kind: 'nvidia',
        index: 0,
        uuid: 'GPU-6513270e-269e-4d37-b2a7-4de452e6b438',
        name: 'NVIDIA GeForce RTX 4090',
        memory_total: 24_564 * MIB,
        memory_used: 1_021 * MIB,
        memory_free: 23_082 * MIB,
        utilization: 3,
        temperature: 41,
        power: 22.64,
        driver: '580.95.05',
        parent_index: null,
        unified_memory: false,
        processes: [
          // Whether this machine has a process of that number, and whose it is, is chance.
          expect.objectContaining({
            pid: 2417,
            name: '/usr/lib/chromium/chromium --type=gpu-process, --no-sandbox',
            memory_used: 512 * MIB,
          }),
        ],
      },
    ]);
  });

  it('of different models are in PCI order, each with its own processes', async () => {
    const { devices } = await detectOn('nvidia-smi', 'two-mixed');
    expect(devices.map(({ index, name, processes }) => [index, name, processes.length])).toEqual([
      [0, 'NVIDIA RTX A2000 12GB', 0],
      [1, 'NVIDIA GeForce RTX 3090', 1],
    ]);
  });

  it('can be eight', async () => {
    const { devices } = await detectOn('nvidia-smi', 'eight-h100');
    expect(devices.map((device) => device.index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(new Set(devices.map((device) => device.uuid)).size).toBe(8);
  });

  it('have null for every figure that the driver does not tell, in whatever words', async () => {
    const { devices } = await detectOn('nvidia-smi', 'every-unknown');
    expect(devices).toHaveLength(11);
    for (const device of devices) {
      expect(device).toMatchObject({
        memory_total: null,
        memory_used: null,
        memory_free: null,
        utilization: null,
        temperature: null,
        power: null,
        unified_memory: false,
      });
    }
  });

  it('that share the memory of the machine have its figures', async () => {
    const { devices } = await detectOn('nvidia-smi', 'gb10');
    const [device] = devices;
    expect(device).toMatchObject({ unified_memory: true, memory_total: totalmem(), utilization: 0 });
    expect(device?.memory_free).toBeGreaterThan(freemem() / 2);
  });

  it('are found by a driver that does not know every field', async () => {
    const { devices, problems } = await detectOn('nvidia-smi', 'driver-without-mig-field');
    expect(problems).toEqual([]);
    expect(devices.map(({ name, driver }) => [name, driver])).toEqual([['Tesla K80', '418.226.00']]);
  });

  it('are used when another one cannot be reached, which is told', async () => {
    const { devices, problems } = await detectOn('nvidia-smi', 'one-of-two-lost');
    expect(devices.map((device) => device.index)).toEqual([1]);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('GPU0: 0000:08:00.0');
  });

  it('know which of their processes belong to a worker of Drover', async () => {
    const worker = spawn('sleep', ['60'], { env: { PATH: '/usr/bin:/bin', DROVER_RUN_ID: 'x' }, stdio: 'ignore' });
    try {
      machine.install('nvidia-smi', 'one-rtx-4090');
      const uuid = 'GPU-6513270e-269e-4d37-b2a7-4de452e6b438';
      const table = `pid, gpu_uuid, used_memory [MiB], process_name\n${worker.pid}, ${uuid}, 300, sleep\n1, ${uuid}, [N/A], init\n`;
      machine.steer('nvidia-smi', 'compute-apps.csv', table);
      const { devices } = await detect();
      expect(devices[0]?.processes.map(({ pid, ours }) => [pid, ours])).toEqual([
        [worker.pid, true],
        [1, false],
      ]);
    } finally {
      worker.kill('SIGKILL');
    }
  });
});

describe('MIG', () => {
  it('gives the instances instead of their card, numbered behind whole cards', async () => {
    const { devices, problems } = await detectOn('nvidia-smi', 'mig');
    expect(problems).toEqual([]);
    expect(devices.map(({ kind, index, name, parent_index }) => [kind, index, name, parent_index])).toEqual([
      ['nvidia', 1, 'NVIDIA A100-SXM4-80GB', null],
      ['mig', 2, 'NVIDIA A100-SXM4-80GB MIG 3g.40gb', 0],
      ['mig', 3, 'NVIDIA A100-SXM4-80GB MIG 2g.20gb', 0],
      ['mig', 4, 'NVIDIA A100-SXM4-80GB MIG 1g.10gb+me', 0],
    ]);
    expect(devices[1]).toMatchObject({ memory_total: null, memory_used: null, utilization: null, power: null });
  });

  it('has the older names as well', async () => {
    const { devices } = await detectOn('nvidia-smi', 'mig-before-470');
    expect(devices.map(({ index }) => index)).toEqual([0, 1]);
    for (const device of devices) expect(device.uuid).toMatch(/^MIG-GPU-.*\/[23]\/0$/);
  });

  it('without instances is told, since nothing can run there', async () => {
    const { devices, problems } = await detectOn('nvidia-smi', 'mig-without-instances');
    expect(devices[0]?.kind).toBe('cpu');
    expect(problems.join()).toContain('nvidia-smi mig -cgi');
  });
});

describe('MIG instances that cannot be known', () => {
  it('are not told as none, where the tool does not list them', async () => {
    machine.install('nvidia-smi', 'mig');
    const tool = join(machine.folder, 'bin/nvidia-smi');
    renameSync(tool, `${tool}.real`);
    writeFileSync(tool, `#!/bin/sh\n[ "$1" != -L ] || exit 12\nexec '${tool}.real' "$@"\n`, { mode: 0o755 });
    const { devices, problems } = await detect();
    expect(devices.map(({ kind, index }) => [kind, index])).toEqual([['nvidia', 1]]);
    expect(problems).toEqual([expect.stringContaining('does not list the MIG instances: it failed (exit status 12)')]);
  });

  it('are told by their lines, beside those that can be read', async () => {
    machine.install('nvidia-smi', 'mig');
    const list = readFileSync(join(machine.folder, 'nvidia-smi/list.txt'), 'utf8');
    machine.steer('nvidia-smi', 'list.txt', list.replace(/MIG-923a[^)]*/, 'ERR!'));
    const { devices, problems } = await detect();
    expect(devices.map(({ kind }) => kind)).toEqual(['nvidia', 'mig', 'mig']);
    expect(problems).toEqual([expect.stringMatching(/cannot be read: MIG 2g\.20gb .*ERR!/)]);
  });
});

describe('a driver that does not work', () => {
  it.each([
    ['driver-not-loaded', 'cannot reach the NVIDIA driver'],
    ['driver-updated', 'differ in version'],
    ['no-card', 'finds no card'],
  ])('(%s) is told in a sentence, and CPU slots are used', async (recording, sentence) => {
    const { devices, problems } = await detectOn('nvidia-smi', recording);
    expect(devices[0]?.kind).toBe('cpu');
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(sentence);
  });

  it('and hangs is given up, told, and not left running', async () => {
    machine.install('nvidia-smi', 'one-rtx-4090').steer('nvidia-smi', 'hang');
    const { devices, problems } = await detect({ timeoutMs: 300 });
    expect(devices[0]?.kind).toBe('cpu');
    expect(problems.join()).toContain('no answer within 0.3 s');
    await expect.poll(() => machine.starts().filter(isRunning)).toEqual([]);
  });

  it('can be left waiting by the one who asked', async () => {
    machine.install('nvidia-smi', 'one-rtx-4090').steer('nvidia-smi', 'hang');
    const asked = new AbortController();
    const found = detect({ signal: asked.signal });
    await expect.poll(() => machine.starts().length).toBe(1);
    asked.abort();
    expect((await found).problems).toEqual([]);
  });
});

describe('processes on devices', () => {
  it('are told with the device they are on', async () => {
    machine.install('nvidia-smi', 'two-mixed');
    const { known, processes } = await processesOnDevices(machine.env);
    expect(known).toBe(true);
    expect(processes).toMatchObject([{ pid: 90211, memory: 18_214 * MIB, name: 'python' }]);
    expect(processes[0]?.uuid).toMatch(/^GPU-/);
  });

  it('are unknown, not absent, where the tool does not answer', async () => {
    expect(await processesOnDevices(machine.env)).toMatchObject({ known: false, processes: [] });
    machine.install('nvidia-smi', 'driver-not-loaded');
    expect(await processesOnDevices(machine.env)).toMatchObject({ known: false, processes: [] });
  });
});

describe('AMD cards', () => {
  it('are numbered as the runtime numbers them, with the figures of the right card', async () => {
    const { devices, problems } = await detectOn('amd-smi', 'two-mi300x');
    expect(problems).toEqual([]);
    expect(devices).toMatchObject([
      {
        kind: 'amd',
        index: 0,
        uuid: '9aff74a1-0000-1000-8013-44d20e81c7b6',
        name: 'AMD Instinct MI300X',
        memory_total: 196_592 * MIB,
        memory_used: 284 * MIB,
        utilization: 0,
        temperature: 38,
        power: 141,
        driver: '6.14.14',
      },
      { index: 1, uuid: '41ff74a1-0000-1000-80d7-9c0b5e3f6a21', utilization: 87, power: 542 },
    ]);
  });

  it('have null for "N/A", and are read behind a warning', async () => {
    const { devices } = await detectOn('amd-smi', 'radeon-and-apu');
    expect(devices).toMatchObject([
      {
        name: 'AMD Radeon RX 7900 XTX',
        memory_total: 24 * 1024 * MIB,
        memory_used: null,
        utilization: null,
        power: 22,
      },
      { name: 'AMD GPU', memory_total: null, temperature: null, power: null, driver: null },
    ]);
  });

  it('that amd-smi cannot list are told', async () => {
    machine.install('amd-smi', 'two-mi300x');
    machine.unsteer('amd-smi', 'list.json');
    const { devices, problems } = await detect();
    expect(devices[0]?.kind).toBe('cpu');
    expect(problems.join()).toContain('amdgpu driver');
  });

  it('that amd-smi lists in no readable form are told beside the others', async () => {
    machine.install('amd-smi', 'two-mi300x');
    const list: unknown = JSON.parse(readFileSync(join(machine.folder, 'amd-smi/list.json'), 'utf8'));
    machine.steer('amd-smi', 'list.json', JSON.stringify([...(Array.isArray(list) ? list : []), 'ERR! gpu 2']));
    const { devices, problems } = await detect();
    expect(devices.map(({ kind }) => kind)).toEqual(['amd', 'amd']);
    expect(problems).toEqual([expect.stringContaining('cannot be read: "ERR! gpu 2"')]);
  });

  it('beside NVIDIA cards are listed, but "all" means the NVIDIA ones', async () => {
    machine.install('amd-smi', 'two-mi300x').install('nvidia-smi', 'two-mixed');
    const { devices } = await detect();
    const all = selectDevices('all', devices, {});
    expect(devices).toHaveLength(4);
    expect(all.ok && all.value.map((device) => device.kind)).toEqual(['nvidia', 'nvidia']);
  });
});

describe('other cards', () => {
  it('of Intel are found when they are not part of the processor', async () => {
    const drmFolder = await machine.noCards();
    addCard(drmFolder, 'card0', '0000:00:02.0', '0x8086', '0x4680');
    addCard(drmFolder, 'card1', '0000:03:00.0', '0x8086', '0x56a0');
    addCard(drmFolder, 'card2', '0000:04:00.0', '0x10de', '0x2684');
    const { devices } = await detect({ drmFolder });
    expect(devices).toMatchObject([{ kind: 'intel', index: 0, name: 'Intel GPU 0x56a0', memory_total: null }]);
  });

  it('of Intel that cannot be read are told, and those without a vendor are none', async () => {
    const drmFolder = await machine.noCards();
    addCard(drmFolder, 'card0', '0000:03:00.0', '0x8086', '0x56a0');
    mkdirSync(join(drmFolder, 'card1'));
    addCard(drmFolder, 'card2', '0000:04:00.0', '0x8086', '0x56a1');
    rmSync(join(machine.folder, 'pci/0000:04:00.0/device'));
    addCard(drmFolder, 'card3', '0000:05:00.0', '0x8086', '0x56a1');
    rmSync(join(machine.folder, 'pci/0000:05:00.0/vendor'));
    mkdirSync(join(machine.folder, 'pci/0000:05:00.0/vendor'));
    const { devices, problems } = await detect({ drmFolder });
    expect(devices.map(({ name }) => name)).toEqual(['Intel GPU 0x56a0']);
    expect(problems).toEqual([
      expect.stringMatching(/card2\/device, .*cannot be read: ENOENT/),
      expect.stringMatching(/card3\/device, .*cannot be read: EISDIR/),
    ]);
    const folder = join(machine.folder, 'bin/file');
    mkdirSync(join(machine.folder, 'bin'), { recursive: true });
    writeFileSync(folder, '');
    expect((await detect({ drmFolder: folder })).problems).toEqual([]);
  });

  it('of Apple are found on macOS, with the memory they share', async () => {
    machine.installSystemProfiler('apple-m3-pro.json');
    const { devices } = await detect({ platform: 'darwin' });
    expect(devices).toMatchObject([
      { kind: 'apple', index: 0, name: 'Apple M3 Pro', memory_total: totalmem(), unified_memory: true },
    ]);
  });
});

/** Adds a card to a made copy of the kernel's list, where `device` is a link to the folder of the PCI address. */
function addCard(drmFolder: string, card: string, address: string, vendor: string, model: string): void {
  const pci = join(machine.folder, 'pci', address);
  mkdirSync(pci, { recursive: true });
  mkdirSync(join(drmFolder, card));
  writeFileSync(join(pci, 'vendor'), `${vendor}\n`);
  writeFileSync(join(pci, 'device'), `${model}\n`);
  symlinkSync(pci, join(drmFolder, card, 'device'));
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
