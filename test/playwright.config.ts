import { defineConfig } from '@playwright/test';
import type { DoorOptions } from './e2e/rig/test.ts';
import { findElectron } from './helpers/find-electron.ts';
import { patience, TEST_LIMIT_MS } from './helpers/patience.ts';

/** How long an expectation may take to come true (milliseconds on an idle machine): longer than anything takes there. */
const EXPECT_LIMIT_MS = 20_000;

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
  timeout: TEST_LIMIT_MS,
  expect: { timeout: patience(EXPECT_LIMIT_MS) },
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
