import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test as base, expect } from '@playwright/test';
import { processesWith } from '../../helpers/processes-with.ts';
import { AppPage } from '../pages/app-page.ts';
import { type Door, openBrowserDoor, openElectronDoor } from './doors.ts';
import { type Drover, droverIn } from './drover.ts';

/** Through which door a project of the configuration looks at the engine. */
export interface DoorOptions {
  door: 'browser' | 'electron-standin' | 'electron';
}

interface Rig {
  /** A data directory of this test alone. */
  home: string;
  /** The command, on that directory. */
  drover: Drover;
  /** The window, opened; an error in its console fails the test. */
  opened: Door;
  /** The window as a person sees it. */
  app: AppPage;
}

/** A test with the window before it: everything it needs is its own, and nothing of it is left. */
export const test = base.extend<Rig & DoorOptions>({
  door: ['browser', { option: true }],
  home: async ({ door }, use) => {
    const home = realpathSync(mkdtempSync(join(tmpdir(), `drover-${door}-`)));
    await use(home);
    await expect.poll(() => processesWith(`DROVER_HOME=${home}`), 'processes that are left').toEqual([]);
    rmSync(home, { recursive: true, force: true });
  },
  drover: async ({ home }, use) => {
    const drover = droverIn(home);
    await use(drover);
    await drover.close();
  },
  opened: async ({ door, home, drover }, use) => {
    const opened = door === 'browser' ? await openBrowserDoor(drover) : await openElectronDoor(door, home);
    const troubles: string[] = [];
    opened.page.on('console', (message) => {
      if (message.type() === 'error') troubles.push(message.text());
    });
    opened.page.on('pageerror', (error) => troubles.push(error.message));
    await opened.page.reload();
    await use(opened);
    await opened.close();
    expect(troubles.filter((text) => !opened.expectedTroubles.some((pattern) => pattern.test(text)))).toEqual([]);
  },
  app: async ({ opened }, use) => {
    await use(new AppPage(opened.page));
  },
});

export { expect };
