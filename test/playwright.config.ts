import { defineConfig } from '@playwright/test';
import type { DoorOptions } from './e2e/rig/test.ts';
import { findElectron } from './helpers/find-electron.ts';

const electronProject = findElectron() === null ? [] : [{ name: 'electron', use: { door: 'electron' as const } }];

export default defineConfig<DoorOptions>({
  testDir: 'e2e/specs',
  outputDir: '../node_modules/.cache/e2e',
  timeout: 30_000,
  expect: { timeout: 10_000 },
  fullyParallel: true,
  // Each test has an engine and a browser of its own.
  workers: 2,
  reporter: [['list']],
  projects: [
    { name: 'browser', use: { door: 'browser' } },
    { name: 'electron-standin', use: { door: 'electron-standin' } },
    ...electronProject,
  ],
});
