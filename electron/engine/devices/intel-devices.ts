import { readdir, readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Device } from '../../../shared/device.ts';
import { messageOf } from '../../../shared/message-of.ts';

/** Intel's number in the PCI list of vendors. */
const INTEL_VENDOR = '0x8086';

/** The address of integrated graphics of Intel processors. It is no device to run inference on. */
const INTEGRATED_ADDRESS = '0000:00:02.0';

/** Error codes of a missing file, which is no problem: a machine without graphics, or a card made by software, which has no vendor. */
const NOT_THERE = ['ENOENT', 'ENOTDIR'];

/**
 * Finds discrete Intel cards in the kernel's list (`/sys/class/drm`). Only their presence is known, not their memory and load. Tested against an
 * artificial folder only, not on a machine with such a card.
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

/** Reads a card. @returns null for anything but a discrete card of Intel. @throws when it exists and cannot be read */
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
