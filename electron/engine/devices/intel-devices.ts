import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Device } from '../../../shared/device.ts';
import { messageOf } from '../../../shared/message-of.ts';

/** Intel's number in the PCI list of vendors. */
const INTEL_VENDOR = '0x8086';

/** Where integrated graphics of Intel processors always sits. It is no device to run inference on. */
const INTEGRATED_ADDRESS = '0000:00:02.0';

/** Codes of what is not there, which is no trouble: a machine without graphics, and cards that are made by software and have no vendor. */
const NOT_THERE = ['ENOENT', 'ENOTDIR'];

/**
 * Finds discrete Intel cards in the kernel's list (`/sys/class/drm`). Only that they are there: memory and load are unknown.
 * Tested against a made folder only, not on a machine with such a card.
 */
export async function detectIntel(drmFolder: string): Promise<{ devices: Device[]; problems: string[] }> {
  const problems: string[] = [];
  const found: Card[] = [];
  for (const entry of await entriesOf(drmFolder, problems)) {
    const folder = join(drmFolder, entry, 'device');
    try {
      const card = await readCard(folder);
      if (card !== null) found.push(card);
    } catch (error) {
      problems.push(unreadable(folder, 'is a graphics card and is not used if it is one of Intel', error));
    }
  }
  const devices = found
    .toSorted((left, right) => left.address.localeCompare(right.address))
    .map((card, index) => intelDevice(index, card.model));
  return { devices, problems };
}

interface Card {
  address: string;
  model: string;
}

async function entriesOf(drmFolder: string, problems: string[]): Promise<string[]> {
  try {
    return (await readdir(drmFolder)).filter((entry) => /^card\d+$/.test(entry));
  } catch (error) {
    if (!isNotThere(error))
      problems.push(unreadable(drmFolder, 'has the graphics cards, so none of Intel is used', error));
    return [];
  }
}

/** @returns null for what is no discrete card of Intel. @throws when what is there cannot be read */
async function readCard(folder: string): Promise<Card | null> {
  const vendor = await readFile(join(folder, 'vendor'), 'utf8').catch((error: unknown) => {
    if (isNotThere(error)) return '';
    throw error;
  });
  if (vendor.trim() !== INTEL_VENDOR) return null;
  const address = basename(await realpath(folder));
  if (address === INTEGRATED_ADDRESS) return null;
  return { address, model: (await readFile(join(folder, 'device'), 'utf8')).trim() };
}

function isNotThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && NOT_THERE.includes(String(error.code));
}

function unreadable(path: string, what: string, error: unknown): string {
  return `${path}, which ${what}, cannot be read: ${messageOf(error)}. Look at it by hand, and at the kernel log.`;
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
