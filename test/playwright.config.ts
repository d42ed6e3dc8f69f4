import { defineConfig } from '@playwright/test';
import type { DoorOptions } from './e2e/rig/test.ts';
import { findElectron } from './helpers/find-electron.ts';

const electronProject = findElectron() === null ? [] : [{ name: 'electron', use: { door: 'electron' as const } }];

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
    { name: 'electron-standin', use: { door: 'electron-standin' } },
    ...electronProject,
  ],
});
