import { once } from 'node:events';
import { RunPage } from '../pages/run-page.ts';
import { scriptRun } from '../rig/pipelines.ts';
import { expect, test } from '../rig/test.ts';

const DONE = 'echo done > "$2"';
/** Numbered lines, as many as fill the pane many times over. */
const MANY_LINES = `i=0; while [ $i -lt 3000 ]; do i=$((i+1)); echo "line $i of many"; done; ${DONE}`;
/** Goes on until the run is stopped, far beyond the time that any test may take. */
const ENDLESS = `i=0; while [ $i -lt 6000 ]; do i=$((i+1)); echo "tick $i"; sleep 0.1; done; ${DONE}`;

test('failures are told by cause, and a click opens the log where the item begins', async ({ app, home, drover }) => {
  const script = `echo "working on $1"; case "$1" in *bad*) echo "ModuleNotFoundError: No module named 'torch'"; exit 1;; esac; ${DONE}`;
  const { words } = scriptRun(home, { name: 'failing', script, files: ['a.txt', 'bad.txt', 'c.txt'] });
  await once(drover.start([...words, '--devices', 'cpu:1']), 'close');
  await app.openRun('failing');
  const run = new RunPage(app.page);
  await expect(run.status).toContainText('Completed with failures');
  await app.openTab('Problems');
  await expect(run.view).toContainText('Install the module into the interpreter');
  await run.view.getByRole('button', { name: /^bad\.txt 1 attempt/ }).click();
  await expect(app.logOf(0)).toContainText('working on');
  await expect(app.tab('Worker 0')).toHaveAttribute('aria-selected', 'true');
  await expect(run.retry).toHaveText('Retry 1 failed item');
});

test('a run is stopped after a question, and goes on by “Resume”', async ({ app, home, drover }) => {
  const { words } = scriptRun(home, { name: 'endless', script: ENDLESS, files: ['a.txt', 'b.txt'] });
  drover.start([...words, '--devices', 'cpu:2']).stdout?.resume();
  await app.openRun('endless');
  const run = new RunPage(app.page);
  await expect(run.status).toContainText('Running');
  await expect(run.workers.getByRole('row')).toHaveCount(3);
  await run.stop.click();
  await run.dialog.getByRole('button', { name: 'Cancel' }).click();
  await expect(run.status).toContainText('Running');
  await run.stop.click();
  await run.dialog.getByRole('button', { name: 'Stop', exact: true }).click();
  await expect(run.status).toContainText('Stopped');
  await run.resume.click();
  await expect(run.status).toContainText('Running');
  await run.stop.click();
  await run.dialog.getByRole('button', { name: 'Kill at once' }).click();
  await expect(run.status).toContainText('Stopped');
  await expect(run.resume).toBeEnabled();
});

test('a pane follows its worker, holds still when scrolled up, and jumps to the newest line', async ({
  app,
  home,
  drover,
}) => {
  const { words } = scriptRun(home, { name: 'ticking', script: `seq 1 200; ${ENDLESS}`, files: ['a.txt'] });
  const child = drover.start([...words, '--devices', 'cpu:1']);
  child.stdout?.resume();
  await app.openRun('ticking');
  await app.openTab('Worker 0');
  const run = new RunPage(app.page);
  await expect(app.logOf(0)).toContainText('tick 3');
  await app.logOf(0).locator('.xterm-screen').click();
  await app.page.keyboard.press('PageUp');
  await expect(run.jumpToNewest).toBeVisible();
  const held = await run.visibleLines();
  await expect(run.jumpToNewest).toContainText(/\d B more|KiB more/);
  expect(await run.visibleLines()).toEqual(held);
  await run.jumpToNewest.click();
  await expect(run.jumpToNewest).toBeHidden();
  await expect.poll(async () => (await run.visibleLines()).join('\n')).toMatch(/tick \d+/);
  await run.stop.click();
  await run.dialog.getByRole('button', { name: 'Kill at once' }).click();
  await expect(run.status).toContainText('Stopped');
});

test('text is found in the pane and in the whole file, and a hit opens its place', async ({ app, home, drover }) => {
  const { words } = scriptRun(home, { name: 'many', script: MANY_LINES, files: ['a.txt'] });
  await drover.run([...words, '--devices', 'cpu:1']);
  await app.openRun('many');
  await app.openTab('Worker 0');
  const run = new RunPage(app.page);
  await expect(app.logOf(0)).toContainText('line 3000 of many');
  await run.tool('Find').click();
  await app.page.keyboard.type('line 29');
  await app.page.keyboard.press('Enter');
  await expect(run.view).toContainText(/\d+ of \d+ in view/);
  await app.page.getByLabel('Text to find').fill('line 1234 of');
  await run.view.getByRole('button', { name: 'Search whole file' }).click();
  await run.view.getByRole('button', { name: /line 1234 of many/ }).click();
  await expect.poll(() => run.visibleLines()).toContain('line 1234 of many');
  await expect(run.jumpToNewest).toBeVisible();
});

test('tabs are changed by the keyboard, and a tab that is left leaves no terminal behind', async ({ app, drover }) => {
  await drover.run(['demo', '--plain', '--devices', 'cpu:2']);
  await app.openRun('demo');
  const run = new RunPage(app.page);
  await app.openTab('All workers');
  await expect.poll(() => run.terminals()).toBe(2);
  for (let turn = 0; turn < 3; turn += 1) {
    await app.page.keyboard.press('ArrowRight');
    await expect(app.tab('Worker 0')).toBeFocused();
    await expect.poll(() => run.terminals()).toBe(1);
    await app.page.keyboard.press('End');
    await expect(app.tab('Summary')).toBeFocused();
    await expect(run.view).toContainText('14 of 14 items complete');
    expect(await run.terminals()).toBe(0);
    await app.page.keyboard.press('Home');
    await expect.poll(() => run.terminals()).toBe(2);
  }
});

test('items are filtered by state and text, and sorted by a column', async ({ app, drover }) => {
  await drover.run(['demo', '--plain', '--devices', 'cpu:2']);
  await app.openRun('demo');
  await app.openTab('Items');
  const run = new RunPage(app.page);
  await expect(run.items).toHaveCount(15);
  await app.page.getByLabel('Filter by path').fill('spring');
  await expect(run.items).toHaveCount(5);
  await app.page.getByRole('button', { name: /^Failed/ }).click();
  await expect(run.view).toContainText('No item of this step matches.');
  await app.page.getByRole('button', { name: /^All/ }).click();
  await app.page.getByRole('button', { name: 'File', exact: true }).click();
  await app.page.getByRole('button', { name: /^File/ }).click();
  await expect(run.items.nth(1)).toContainText('spring-04');
  await expect(app.page.getByRole('columnheader', { name: 'File' })).toHaveAttribute('aria-sort', 'descending');
});
