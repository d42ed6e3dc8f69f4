import { defineConfig } from '@playwright/test';
import type { DoorOptions } from './e2e/rig/test.ts';
import { findElectron } from './helpers/find-electron.ts';

const electronProject = findElectron() === null ? [] : [{ name: 'electron', use: { door: 'electron' as const } }];

/**
 * Pages that are the same behind each door. Behind the stand-in for Electron they are tested with DROVER_E2E=all alone, as each test starts a
 * browser there, which doubles the time.
 */
const SAME_BEHIND_EACH_DOOR =
  /(?:accessibility|analysis|devices|figures|history|launch-checks|panes|problems-and-items|run-view|settings)\.spec\.ts$/;
const all = process.env['DROVER_E2E'] === 'all';

export default defineConfig<DoorOptions>({
  testDir: 'e2e/specs',
  outputDir: '../node_modules/.cache/e2e',
  // Tests take seconds; on a machine on which others work they may take ten times as long, and are right all the same.
  timeout: 120_000,
  expect: { timeout: 20_000 },
  forbidOnly: process.env['CI'] !== undefined,
  fullyParallel: true,
  // Each test has an engine of its own, and behind Electron's doors a browser.
  workers: 2,
  reporter: [['list'], ['./helpers/playwright-reporter.ts']],
  projects: [
    { name: 'browser', use: { door: 'browser' } },
    {
      name: 'electron-standin',
      use: { door: 'electron-standin' },
      ...(all ? {} : { testIgnore: SAME_BEHIND_EACH_DOOR }),
    },
    ...electronProject,
  ],
});
