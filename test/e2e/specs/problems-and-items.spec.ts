import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunPage } from '../pages/run-page.ts';
import { scriptRun } from '../rig/pipelines.ts';
import { expect, test } from '../rig/test.ts';

const DONE = 'echo done > "$2"';

test('warnings of all workers of a past run are folded, and each leads to its log', async ({ app, home, drover }) => {
  const script = `echo "working on $1"; echo "WARNING: low memory: $(wc -c < "$1") MiB"; sleep 0.3; ${DONE}`;
  const { words } = scriptRun(home, { name: 'warned', script, files: ['a.txt', 'bb.txt', 'ccc.txt', 'dddd.txt'] });
  await drover.run([...words, '--devices', 'cpu:2']);
  await app.openRun('warned');
  await app.openTab('Problems');
  const run = new RunPage(app.page);
  const folded = run.view.getByText('2 workers', { exact: true });
  await expect(run.view).toContainText('4 times');
  await folded.click();
  await run.view.getByRole('button', { name: /· Worker 1 × 2/ }).click();
  await expect(app.tab('Worker 1')).toHaveAttribute('aria-selected', 'true');
  await expect(app.logOf(1)).toContainText('WARNING: low memory');
});

test('failed items are chosen and tried again, the others stay as they are', async ({ app, home, drover }) => {
  const mended = join(home, 'mended');
  const script = `if [ "$(basename "$1")" != good.txt ] && [ ! -e ${mended} ]; then echo "Error: broken"; exit 3; fi; ${DONE}`;
  const { words } = scriptRun(home, { name: 'retried', script, files: ['good.txt', 'one.txt', 'two.txt'] });
  await drover.run([...words, '--devices', 'cpu:1']).catch(() => undefined);
  expect(existsSync(home)).toBe(true);
  await app.openRun('retried');
  await app.openTab('Items');
  const run = new RunPage(app.page);
  await app.page.getByRole('button', { name: /^Failed/ }).click();
  await expect(run.items).toHaveCount(3);
  await run.items.filter({ hasText: 'one.txt' }).getByRole('checkbox').check();
  const chosen = run.view.getByRole('toolbar', { name: 'Selected items' });
  await expect(chosen).toContainText('1 item selected');
  writeFileSync(mended, '');
  await chosen.getByRole('button', { name: 'Retry 1 failed item' }).click();
  await app.page.getByRole('button', { name: /^All/ }).click();
  await expect(run.items.filter({ hasText: 'one.txt' })).toContainText('Complete');
  await expect(run.items.filter({ hasText: 'two.txt' })).toContainText('Failed');
});
