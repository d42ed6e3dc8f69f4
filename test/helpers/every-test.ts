import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach } from 'vitest';

fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(process.env['DROVER_TEST_SEED']) });

/** What a test says over the usual ways is lost when it hangs at once. */
beforeEach(({ task }) => {
  const folder = process.env['DROVER_TEST_WATCH'];
  if (folder !== undefined) writeFileSync(join(folder, `${process.pid}`), `${task.file.filepath}\n${task.name}`);
});
