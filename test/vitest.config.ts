import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import react from '@vitejs/plugin-react';
import { playwright } from '@vitest/browser-playwright';
import { defineConfig } from 'vitest/config';
import { useCompileCache } from './helpers/compile-cache.ts';
import { findChromium } from './helpers/find-chromium.ts';
import { patience, slowness, TEST_LIMIT_MS } from './helpers/patience.ts';

const root = `${import.meta.dirname}/..`;
const chromium = findChromium();
useCompileCache();
// One seed for the random tests of a run, so that those of one that was ended can be played again as well.
process.env['DROVER_TEST_SEED'] ??= String(randomInt(2 ** 31));

/** Half of an integration test is waiting, for processes to end and for clocks to run out. */
const FILES_PER_CORE = 2;
/** How long `expect.poll` asks (milliseconds on an idle machine): longer than anything takes there. */
const POLL_LIMIT_MS = 20_000;

/**
 * Unit tests touch no process of ours; integration tests run real engines, workers and the built command; component tests draw parts of the
 * window in a Chromium, and are started by component/run-component.mjs.
 */
export default defineConfig({
  test: {
    root,
    reporters: ['default', './test/helpers/watchdog-reporter.ts', './test/helpers/totals-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts'],
          setupFiles: ['test/helpers/every-test.ts'],
          testTimeout: TEST_LIMIT_MS,
          expect: { poll: { timeout: patience(POLL_LIMIT_MS) } },
          // One core would be left idle, which on two is half of them.
          maxWorkers: '100%',
          // A process and a copy of every module for each of some two hundred files would take longer than the tests.
          isolate: false,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          setupFiles: ['test/helpers/every-test.ts'],
          globalSetup: ['test/integration/build-setup.ts'],
          testTimeout: TEST_LIMIT_MS,
          expect: { poll: { timeout: patience(POLL_LIMIT_MS) } },
          hookTimeout: TEST_LIMIT_MS,
          maxWorkers: availableParallelism() * FILES_PER_CORE,
          isolate: false,
        },
      },
      {
        plugins: [react()],
        // A module that is found only while tests run would load the page anew under them.
        optimizeDeps: {
          include: [
            'react',
            'react-dom/client',
            'react/jsx-dev-runtime',
            'vitest-browser-react',
            '@tanstack/react-virtual',
            '@xterm/xterm',
            '@xterm/addon-fit',
            'birpc',
            'zod',
            'zustand',
          ],
        },
        test: {
          name: 'component',
          include: ['test/component/**/*.test.tsx'],
          // A page cannot ask how busy the machine is.
          provide: { slowness: slowness() },
          setupFiles: ['test/component/rig/no-render-tracks.ts', 'test/component/rig/page-setup.ts'],
          testTimeout: TEST_LIMIT_MS,
          expect: { poll: { timeout: patience(POLL_LIMIT_MS) } },
          hookTimeout: TEST_LIMIT_MS,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            viewport: { width: 1024, height: 700 },
            provider: playwright({
              launchOptions: {
                ...(chromium === null ? {} : { executablePath: chromium }),
                args: ['--disable-gpu', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : [])],
              },
            }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      // Not part of `npm test`: needs PyTorch and transformers, and says so where they are missing.
      { test: { name: 'gpu', include: ['test/gpu/**/*.gpu.test.ts'], maxWorkers: 1 } },
    ],
  },
});
