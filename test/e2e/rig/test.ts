// What end-to-end tests are written with.
//
// To add one: write `specs/<topic>.spec.ts`, import `test` and `expect` from here, and name what the test needs:
//
//   test('a run that is deleted is gone from the list', async ({ app, drover }) => {
//     await drover.run(['demo', '--plain']);
//     await app.openRun('demo');
//     …
//
//   app      the window before you, as a page object of pages/; one for your screen goes beside it
//   drover   the built command on the same data directory, for runs that come from elsewhere
//   home     that data directory; pipelines and files for the test go below it (rig/pipelines.ts writes them)
//   desktop  the app around the page (quitting, questions); only behind Electron's doors
//   opened   the bare page, Electron, and `expectedTroubles` for errors that belong in the page's console
//   door     through which door the test looks
//
// Each test runs behind every door, unless it stands in a `test.describe` with `onlyBehind(…, 'why')`. Every test has an engine of its own,
// and fails when an error stands in the page's console or when a process, a FIFO or a profile is left afterwards. Wait for what a person
// would see (`expect(locator)…`, `expect.poll`), never for a time. Runs that a test stops should last longer than any test: see
// specs/run-view.spec.ts. One spec alone: `npm run test:e2e -- run-view --project=browser -g 'resume'`.
import { type Browser, test as base, expect } from '@playwright/test';
import { chromiumPath } from '../../helpers/find-chromium.ts';
import { AppPage } from '../pages/app-page.ts';
import type { Desktop } from '../pages/desktop.ts';
import { openBrowserDoor } from './browser-door.ts';
import type { Door, DoorName } from './door.ts';
import { type Drover, droverIn } from './drover.ts';
import { openElectronDoor } from './electron-door.ts';
import { makeHome, removeHome } from './home.ts';

/** Through which door a project of the configuration looks at the engine. */
export interface DoorOptions {
  door: DoorName;
}

interface Rig {
  home: string;
  drover: Drover;
  opened: Door;
  app: AppPage;
  desktop: Desktop;
}

interface SharedRig {
  /** The Chromium of the browser door: one for all tests of a worker, as a start takes a second. */
  sharedBrowser: () => Promise<Browser>;
}

/** Arguments that any machine's Chromium starts with, also as root and without a graphics card. */
const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-background-networking'];

export const test = base.extend<Rig & DoorOptions, SharedRig>({
  door: ['browser', { option: true }],
  home: async ({ door }, use) => {
    const home = makeHome(door);
    await use(home);
    expect(await removeHome(home), 'what is left after the test').toEqual([]);
  },
  drover: async ({ home }, use) => {
    const drover = droverIn(home);
    await use(drover);
    await drover.close();
  },
  sharedBrowser: [
    async ({ playwright }, use) => {
      let launched: Promise<Browser> | undefined;
      await use(() => (launched ??= playwright.chromium.launch({ executablePath: chromiumPath(), args: ARGUMENTS })));
      const browser = await launched;
      await browser?.close();
    },
    { scope: 'worker' },
  ],
  opened: async ({ door, home, drover, sharedBrowser }, use) => {
    const opened =
      door === 'browser' ? await openBrowserDoor(drover, await sharedBrowser()) : await openElectronDoor(door, home);
    await use(opened);
    await opened.close();
    const unexpected = opened.troubles.filter((text) => !opened.expectedTroubles.some((pattern) => pattern.test(text)));
    expect(unexpected, 'errors in the console of the page').toEqual([]);
  },
  app: async ({ opened }, use) => {
    await use(new AppPage(opened.page));
  },
  desktop: async ({ opened }, use) => {
    if (opened.desktop === null) throw new Error('A browser page has no app around it: see onlyBehind');
    await use(opened.desktop);
  },
});

/** Tests of the present `test.describe` are skipped behind other doors, before anything is started for them. */
export function onlyBehind(kind: 'browser' | 'electron', why: string): void {
  test.skip(({ door }) => (door === 'browser') !== (kind === 'browser'), why);
}

export { expect };
