import { join } from 'node:path';
import { _electron } from '@playwright/test';
import { chromiumPath } from '../../helpers/find-chromium.ts';
import { findElectron } from '../../helpers/find-electron.ts';
import { Desktop } from '../pages/desktop.ts';
import type { Door } from './door.ts';
import { desktopEnvironmentIn, environmentIn } from './home.ts';
import { noteTroubles } from './page-troubles.ts';

const ROOT = join(import.meta.dirname, '../../..');
const STAND_IN = join(ROOT, 'test/electron-standin/electron');

/** The built app, in Electron or in its stand-in. */
export async function openElectronDoor(kind: 'electron' | 'electron-standin', home: string): Promise<Door> {
  const executablePath = kind === 'electron' ? findElectron() : STAND_IN;
  if (executablePath === null) throw new Error('The Electron binary is not installed');
  const env = kind === 'electron' ? desktopEnvironmentIn(home) : standInEnvironment(home);
  const electron = await _electron.launch({
    executablePath,
    args: [ROOT],
    env,
    artifactsDir: join(home, 'artifacts'),
  });
  const desktop = new Desktop(electron);
  const page = await electron.firstWindow();
  const troubles = noteTroubles(page);
  // It begins as an empty page.
  await page.waitForURL(/index\.html/);
  // What it said before anybody listened is said again.
  await page.reload();
  return { page, electron, desktop, troubles, expectedTroubles: [], close: () => desktop.close() };
}

function standInEnvironment(home: string): Record<string, string> {
  const standIn = { ELECTRON_STANDIN_CHROMIUM: chromiumPath(), ELECTRON_STANDIN_NODE: process.execPath };
  return { ...environmentIn(home), ...standIn };
}
