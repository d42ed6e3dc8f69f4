import { once } from 'node:events';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeHistory } from '../../bench/history-runs.ts';
import { LONGEST_WAIT_MS } from '../../helpers/patience.ts';
import { HistoryPage } from '../pages/history-page.ts';
import { LaunchPage } from '../pages/launch-page.ts';
import { RunPage } from '../pages/run-page.ts';
import { scriptRun } from '../rig/pipelines.ts';
import { expect, test } from '../rig/test.ts';

const DONE = 'echo done > "$2"';
const MANY_RUNS = 2_000;

/** Reports progress inside its file and waits until a file of the test is there. */
const waiting = (gate: string): string => `
echo "WARNING: the index is old"
printf '{"file":"%s","status":"progress","done":1,"total":4}\\n' "$1" >> "$DROVER_REPORT_FILE"
while [ ! -e "${gate}" ]; do sleep 0.05; done; ${DONE}`;

/** The folders of a pipeline's runs. */
function folders(home: string, pipeline: string): string[] {
  const folder = join(home, 'runs', pipeline);
  return readdirSync(folder).map((run) => join(folder, run));
}

test('a run that the command starts appears by itself, is seen from inside, and cannot be deleted while it is active', async ({
  app,
  home,
  drover,
}) => {
  const history = new HistoryPage(app.page);
  await history.open();
  await expect(history.view).toContainText('Nothing has run yet');
  const gate = join(home, 'go');
  const { words } = scriptRun(home, { name: 'elsewhere', script: waiting(gate), files: ['a.txt'] });
  const child = drover.start([...words, '--devices', 'cpu:1']);
  child.stdout?.resume();
  child.stderr?.resume();
  const ended = once(child, 'close');
  await expect(history.row('elsewhere')).toContainText('Running');
  await history.choose('elsewhere');
  await expect(history.tool('Delete…')).toBeDisabled();
  await expect(history.tool('Archive')).toBeDisabled();
  await history.row('elsewhere').getByRole('button', { name: 'elsewhere' }).click();
  const run = new RunPage(app.page);
  await expect(run.workers).toContainText('25 %');
  await app.openTab('Problems');
  await expect(run.view).toContainText('the index is old');
  await history.open();
  writeFileSync(gate, '');
  await expect(history.row('elsewhere')).toContainText('Completed');
  await expect(history.tool('Delete…')).toBeEnabled();
  await ended;
});

test('runs are found by words, pipeline and state', async ({ app, home, drover }) => {
  const failing = scriptRun(home, { name: 'failing', script: 'exit 1', files: ['a.txt'] });
  await once(drover.start([...failing.words, '--devices', 'cpu:1']), 'close');
  await drover.run(['demo', '--plain', '--devices', 'cpu:2']);
  const history = new HistoryPage(app.page);
  await history.open();
  await expect(history.rows).toHaveCount(2);
  await history.search.fill('FAIL');
  await expect(history.rows).toHaveCount(1);
  await expect(history.view).toContainText('1 of 2 runs');
  await history.pipeline.selectOption('kmer-embedding');
  await expect(history.view).toContainText('No run matches.');
  await history.view.getByRole('button', { name: 'Clear filters' }).click();
  await history.state.selectOption('Completed');
  await expect(history.row('demo')).toBeVisible();
  await expect(history.rows).toHaveCount(1);
  // Who comes back finds what they looked for.
  await history.row('demo').getByRole('button', { name: 'demo' }).click();
  await expect(app.page.getByRole('heading', { name: 'demo' })).toBeVisible();
  await app.page.goBack();
  await expect(history.rows).toHaveCount(1);
});

test('runs are deleted after a question that says how much goes', async ({ app, home, drover }) => {
  for (const name of ['first', 'second', 'third']) {
    const { words } = scriptRun(home, { name, script: DONE, files: ['a.txt'] });
    await drover.run([...words, '--devices', 'cpu:1']);
  }
  const history = new HistoryPage(app.page);
  await history.open();
  await history.choose('first');
  await history.choose('third');
  await history.tool('Delete…').click();
  await expect(history.dialog).toContainText('Delete 2 runs?');
  await expect(history.dialog).toContainText(/\d+(\.\d)? [KM]iB/);
  await history.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(history.rows).toHaveCount(3);
  await history.tool('Delete…').click();
  await history.dialog.getByRole('button', { name: 'Delete 2 runs' }).click();
  await expect(history.rows).toHaveCount(1);
  await expect(history.row('second')).toBeVisible();
  expect([folders(home, 'first'), folders(home, 'third')]).toEqual([[], []]);
});

test('damaged folders are told with the reason, and the rest works', async ({ app, home, drover }) => {
  for (const name of ['cut', 'newer', 'whole']) {
    const { words } = scriptRun(home, { name, script: DONE, files: ['a.txt'] });
    await drover.run([...words, '--devices', 'cpu:1']);
  }
  writeFileSync(join(folders(home, 'cut')[0] ?? '', 'journal.ndjson'), '{"type":"run-cre');
  writeFileSync(join(folders(home, 'newer')[0] ?? '', 'metadata.json'), '{"version": 99}');
  const history = new HistoryPage(app.page);
  await history.open();
  await expect(history.rows.filter({ hasText: 'does not begin with the launch of a run' })).toContainText('Damaged');
  await expect(history.row('newer')).toContainText('has version 99, and this Drover reads up to version 1');
  await history.choose('newer');
  await history.tool('Run again…').click();
  await expect(history.dialog).toContainText('Use the Drover that made the run, or a newer one.');
  await history.dialog.getByRole('button', { name: 'Cancel' }).click();
  await history.row('whole').getByRole('button', { name: 'whole' }).click();
  await expect(app.page.getByRole('heading', { name: 'whole' })).toBeVisible();
});

test('“Run again” fills the form with what the run was launched with', async ({ app, drover }) => {
  await drover.run(['demo', '--plain', '--devices', 'cpu:2']);
  const history = new HistoryPage(app.page);
  await history.open();
  await history.choose('demo');
  await history.tool('Run again…').click();
  const launch = new LaunchPage(app.page);
  await expect(launch.field('Pipeline')).toHaveValue('kmer-embedding');
  await expect(launch.field('CPU slots')).toHaveValue('2');
  await expect(launch.field('Name of the run')).toHaveValue('demo');
  await expect(launch.inputs).toContainText('samples');
  await launch.field('Name of the run').fill('demo again');
  await launch.start.click();
  await expect(app.page.getByRole('heading', { name: 'demo again' })).toBeVisible();
  await history.open();
  await expect(history.row('demo again')).toContainText('Completed');
});

test('of thousands of runs only those in view exist, and any is found at once', async ({ app, home, door }) => {
  test.skip(door !== 'browser', 'The page is the same behind each door.');
  makeHistory(join(home, 'runs'), MANY_RUNS);
  expect(existsSync(join(home, 'runs'))).toBe(true);
  const history = new HistoryPage(app.page);
  await history.open();
  await expect(history.view).toContainText('2,000 runs', { timeout: LONGEST_WAIT_MS });
  expect(await history.rows.count()).toBeLessThan(100);
  await history.table.press('End');
  await expect(history.rows.last()).toHaveAttribute('aria-rowindex', '2001');
  expect(await history.rows.count()).toBeLessThan(100);
  await history.search.fill('batch-1789');
  await expect(history.rows).toHaveCount(1);
});
