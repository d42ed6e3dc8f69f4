import { defineConfig } from 'vitest/config';

/** Unit tests touch no process of ours; integration tests run real engines, workers and the built command. */
export default defineConfig({
  test: {
    root: `${import.meta.dirname}/..`,
    reporters: ['default', './test/helpers/heartbeat-reporter.ts', './test/helpers/totals-reporter.ts'],
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.ts'], testTimeout: 20_000 } },
      {
        test: {
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          maxWorkers: 2,
        },
      },
      // Not part of `npm test`: needs PyTorch and transformers, and says so where they are missing.
      { test: { name: 'gpu', include: ['test/gpu/**/*.gpu.test.ts'], maxWorkers: 1 } },
    ],
  },
});
