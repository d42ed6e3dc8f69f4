import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Device } from '../../../shared/device.ts';

/** Intel's number in the PCI list of vendors. */
const INTEL_VENDOR = '0x8086';

/** Where integrated graphics of Intel processors always sits. It is no device to run inference on. */
const INTEGRATED_ADDRESS = '0000:00:02.0';

/**
 * Finds discrete Intel cards in the kernel's list (`/sys/class/drm`). Only that they are there: memory and load are unknown.
 * Tested against a made folder only, not on a machine with such a card.
 */
export async function detectIntel(drmFolder: string): Promise<Device[]> {
  const entries = await readdir(drmFolder).catch(() => []);
  const found = await Promise.all(
    entries.filter((entry) => /^card\d+$/.test(entry)).map((entry) => readCard(join(drmFolder, entry, 'device'))),
  );
  return found
    .filter((card) => card !== null)
    .toSorted((left, right) => left.address.localeCompare(right.address))
    .map((card, index) => intelDevice(index, card.model));
}

async function readCard(folder: string): Promise<{ address: string; model: string } | null> {
  try {
    const [vendor, model, path] = await Promise.all([
      readFile(join(folder, 'vendor'), 'utf8'),
      readFile(join(folder, 'device'), 'utf8'),
      realpath(folder),
    ]);
    const address = basename(path);
    return vendor.trim() === INTEL_VENDOR && address !== INTEGRATED_ADDRESS ? { address, model: model.trim() } : null;
  } catch {
    return null;
  }
}

function intelDevice(index: number, model: string): Device {
  return {
    kind: 'intel',
    index,
    uuid: null,
    name: `Intel GPU ${model}`,
    memory_total: null,
    memory_used: null,
    memory_free: null,
    utilization: null,
    temperature: null,
    power: null,
    driver: null,
    parent_index: null,
    unified_memory: false,
    processes: [],
  };
}
