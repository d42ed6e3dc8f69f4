import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { RunPage } from '../pages/run-page.ts';
import { scriptRun } from '../rig/pipelines.ts';
import { expect, test } from '../rig/test.ts';

const DONE = 'echo done > "$2"';

test('a hit in the file is told with its line, its time and its place', async ({ app, home, drover }) => {
  const script = `seq 1 500; echo "2026-11-21 05:15:02,500 the needle"; seq 1 500; echo "another needle"; ${DONE}`;
  await drover.run([...scriptRun(home, { name: 'needles', script, files: ['a.txt'] }).words, '--devices', 'cpu:1']);
  await app.openRun('needles');
  await app.openTab('Worker 0');
  const run = new RunPage(app.page);
  await run.tool('Find').click();
  await app.page.getByLabel('Text to find').fill('needle');
  await run.view.getByRole('button', { name: 'Search whole file' }).click();
  await expect(run.view.getByRole('button', { name: /line 502\s*05:15:02\s*byte [\d,]+\s*2026-11-21/ })).toBeVisible();
  await expect(
    run.view.getByRole('button', { name: /line 1,003\s*from \d\d:\d\d:\d\d\s*byte [\d,]+\s*another/ }),
  ).toBeVisible();
});

test('a browser copies the path of a log, and keeps the part that is shown', async ({ app, home, drover, door }) => {
  test.skip(door !== 'browser', 'The desktop opens the file itself.');
  await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const { words } = scriptRun(home, { name: 'kept', script: `seq 1 50; ${DONE}`, files: ['a.txt'] });
  await drover.run([...words, '--devices', 'cpu:1']);
  await app.openRun('kept');
  await app.openTab('Worker 0');
  const run = new RunPage(app.page);
  await expect(app.logOf(0)).toContainText('50');
  await run.tool('Copy path').click();
  await expect.poll(() => app.page.evaluate(() => navigator.clipboard.readText())).toMatch(/\/worker_0\.log$/);
  const path = await app.page.evaluate(() => navigator.clipboard.readText());
  const download = app.page.waitForEvent('download');
  await run.tool('Save shown part').click();
  expect(readFileSync(await (await download).path(), 'utf8')).toBe(readFileSync(path, 'utf8'));
});

test('a worker that was started again leaves a mark beside its log', async ({ app, home, drover }) => {
  const script = 'echo begun; i=0; while [ $i -lt 6000 ]; do i=$((i+1)); sleep 0.1; done';
  const { words } = scriptRun(home, { name: 'resumed', script, files: ['a.txt'] });
  drover.start([...words, '--devices', 'cpu:1']).stdout?.resume();
  await app.openRun('resumed');
  const run = new RunPage(app.page);
  await app.openTab('Worker 0');
  await expect(app.logOf(0)).toContainText('begun');
  for (const again of [true, false]) {
    await run.stop.click();
    await run.dialog.getByRole('button', { name: 'Kill at once' }).click();
    await expect(run.status).toContainText('Stopped');
    if (!again) break;
    await expect(run.resume).toBeEnabled();
    await run.resume.click();
    await expect(app.logOf(0)).toContainText('=== Resume at');
  }
  await expect.poll(() => rulerColours(app.page), 'colours in the scrollbar').toBeGreaterThan(0);
});

/** Coloured points in the canvas beside the scrollbar. */
function rulerColours(page: Page): Promise<number> {
  return page.evaluate(() => {
    const ruler = document.querySelector<HTMLCanvasElement>('canvas.xterm-decoration-overview-ruler');
    const context = ruler?.getContext('2d');
    if (ruler === null || context === null || context === undefined || ruler.width === 0) return 0;
    const { data } = context.getImageData(0, 0, ruler.width, ruler.height);
    return data.reduce((count, value, at) => count + (at % 4 === 3 && value > 0 ? 1 : 0), 0);
  });
}

test('tabs that are shown, hidden and resized leave no listener, element or terminal behind', async ({
  app,
  drover,
  door,
}) => {
  test.skip(door !== 'browser', 'The page is the same behind each door.');
  test.slow();
  await drover.run(['demo', '--plain', '--devices', 'cpu:4']);
  await app.openRun('demo');
  const run = new RunPage(app.page);
  const turn = async (): Promise<void> => {
    for (const [tab, terminals] of [
      ['All workers', 4],
      ['Worker 1', 1],
      ['Metrics', 0],
      ['Items', 0],
      ['Component logs', 1],
      ['Summary', 0],
    ] as const) {
      await app.openTab(tab);
      await expect.poll(() => run.terminals()).toBe(terminals);
      await app.page.setViewportSize({ width: 1000 + 10 * tab.length, height: 700 });
    }
  };
  await turn();
  await turn();
  const before = await held(app.page);
  for (let count = 0; count < 3; count += 1) await turn();
  await expect
    .poll(async () => (await held(app.page)).listeners, 'listeners')
    .toBeLessThanOrEqual(before.listeners + 5);
  await expect.poll(async () => (await held(app.page)).nodes, 'elements').toBeLessThanOrEqual(before.nodes * 1.1);
});

/** What the page holds after a collection. */
async function held(page: Page): Promise<{ listeners: number; nodes: number }> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { metrics } = await session.send('Performance.enable').then(() => session.send('Performance.getMetrics'));
  await session.detach();
  const of = (name: string): number => metrics.find((one) => one.name === name)?.value ?? 0;
  return { listeners: of('JSEventListeners'), nodes: of('Nodes') };
}
