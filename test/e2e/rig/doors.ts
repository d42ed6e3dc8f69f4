import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { _electron, chromium, type ElectronApplication, type Page } from '@playwright/test';
import { findChromium } from '../../helpers/find-chromium.ts';
import { findElectron } from '../../helpers/find-electron.ts';
import type { Drover } from './drover.ts';

const ROOT = join(import.meta.dirname, '../../..');
const STAND_IN = join(ROOT, 'test/electron-standin/electron');
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];
const VIEWPORT = { width: 1280, height: 800 };

/** The window, opened through one of the doors. */
export interface Door {
  page: Page;
  /** Electron's side; null in a browser. */
  electron: ElectronApplication | null;
  /** What a test expects to stand in the page's console. */
  expectedTroubles: RegExp[];
  close(): Promise<void>;
}

/** `drover serve`, seen in a Chromium. */
export async function openBrowserDoor(drover: Drover): Promise<Door> {
  const server = drover.start(['serve', '--no-open', '--json']);
  server.stderr?.resume();
  if (server.stdout === null) throw new Error('The server has no standard output');
  const [line] = (await once(createInterface(server.stdout), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: ARGUMENTS });
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.goto(url);
  return { page, electron: null, expectedTroubles: [], close: () => browser.close() };
}

/** The built app, in Electron or in its stand-in. */
export async function openElectronDoor(kind: 'electron' | 'electron-standin', home: string): Promise<Door> {
  const executablePath = kind === 'electron' ? findElectron() : STAND_IN;
  if (executablePath === null) throw new Error('The Electron binary is not installed');
  const standin = { ELECTRON_STANDIN_CHROMIUM: chromiumPath(), ELECTRON_STANDIN_NODE: process.execPath };
  const electron = await _electron.launch({
    executablePath,
    args: [ROOT],
    env: { ...definedOnly(process.env), ...standin, DROVER_HOME: home },
  });
  const page = await electron.firstWindow();
  // It begins as an empty page.
  await page.waitForURL(/index\.html/);
  return { page, electron, expectedTroubles: [], close: () => electron.close() };
}

function chromiumPath(): string {
  const found = findChromium();
  if (found === null) throw new Error('There is no Chromium: install it, or set CHROMIUM_PATH to one');
  return found;
}

function definedOnly(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
