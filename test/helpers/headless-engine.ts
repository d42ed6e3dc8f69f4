import { parseArgs } from 'node:util';
import { createEngine } from '../../electron/engine/engine.ts';
import type { HostPurpose } from '../../electron/engine/engine-api.ts';

/** The headless engine as a program of its own, from the sources: what `--detach` starts, for tests that kill it. */
const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    run: { type: 'string', default: '' },
    purpose: { type: 'string', default: 'run' },
    item: { type: 'string', multiple: true, default: [] },
  },
});

const engine = createEngine({
  home: process.env['DROVER_HOME'] ?? '',
  env: process.env,
  headless: [process.execPath, import.meta.filename],
  commandLine: null,
});
await engine.hostRun({ run: values.run, purpose: values.purpose as HostPurpose, items: values.item });
await engine.close();
