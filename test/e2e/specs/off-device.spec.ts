import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunPage } from '../pages/run-page.ts';
import { expect, test } from '../rig/stand-in-gpus.ts';

/** Names itself to the driver as a process on the other card, prints, and works until a file is there. */
const SCRIPT = `echo loading
echo "$$, GPU-9531985d-5d9d-49f8-9818-e811892f902b, 4096, python" >> "$STANDIN_NVIDIA/compute-apps.csv"
until [ -e "$3" ]; do sleep 0.1; done
echo done > "$2"`;

test('a worker that is not on its device is told beside it, among the problems, and in the past run', async ({
  app,
  home,
  drover,
}) => {
  test.slow();
  const gate = join(home, 'gate');
  const pipeline = join(home, 'strays.json');
  mkdirSync(join(home, 'in'));
  writeFileSync(join(home, 'in/a.txt'), 'a');
  const command = ['sh', '-c', SCRIPT, 'sh', '{file}', '{output}', gate];
  const step = { name: 'work', dispatch: 'each', retries: 0, command, outputs: ['{stem}.out'] };
  writeFileSync(pipeline, JSON.stringify({ name: 'strays', inputs: { patterns: ['*'] }, steps: [step] }));
  const ended = drover.run(['run', '--plain', '--pipeline', pipeline, '--input', join(home, 'in'), '--devices', '0']);
  await app.openRun('strays');
  const run = new RunPage(app.page);
  const badge = run.workers.getByText('not on GPU 0');
  // The engine looks for it after some seconds, as a model takes time to load.
  await expect(badge).toBeVisible();
  await app.openTab('Problems');
  const warning = run.view.getByText(/not on the device it was given: it is on another device; see that the program/);
  await expect(warning).toBeVisible();
  await expect(app.tab('Problems')).toContainText('1');
  writeFileSync(gate, '');
  await ended;
  await expect(run.status).toContainText('Completed');
  await expect(badge).toHaveCount(0);
  await app.page.reload();
  await expect(warning).toBeVisible();
  await warning.click();
  await expect(app.logOf(0)).toContainText('loading');
  expect(await drover.run(['summary', 'last'])).toContain('not on the device it was given');
});
