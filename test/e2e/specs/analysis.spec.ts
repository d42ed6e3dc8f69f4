import { readFileSync } from 'node:fs';
import { AnalysisPage } from '../pages/analysis-page.ts';
import { expect, test } from '../rig/test.ts';

test('a ready question is answered, exported, and its rows lead to the run', async ({ app, drover, door }) => {
  await drover.run(['demo', '--plain', '--devices', 'cpu:2']);
  const analysis = new AnalysisPage(app.page);
  await analysis.open();
  await analysis.ready.selectOption({ label: 'The slowest items' });
  await expect(analysis.answer.getByRole('row')).toHaveCount(15);
  if (door === 'browser') {
    const download = app.page.waitForEvent('download');
    await app.page.getByRole('button', { name: 'Export CSV' }).click();
    const csv = readFileSync(await (await download).path(), 'utf8')
      .trimEnd()
      .split('\r\n');
    expect(csv[0]).toBe('file,seconds,cost,attempts,run,step');
    expect(csv).toHaveLength(15);
  }
  await analysis.answer.getByRole('link').first().click();
  await expect(app.page.getByRole('heading', { name: 'demo' })).toBeVisible();
});

test('a question that is wrong is refused in words, and the last answer can be asked for again', async ({ app }) => {
  const analysis = new AnalysisPage(app.page);
  await analysis.open();
  await analysis.question.fill('select * from nowhere');
  await analysis.ask.click();
  await expect(app.page.getByRole('alert')).toContainText('no such table: nowhere');
  await analysis.question.fill('select count(*) as runs from runs');
  await analysis.question.press('Control+Enter');
  await expect(analysis.answer.getByRole('row')).toHaveCount(2);
  await expect(app.page.getByRole('alert')).toHaveCount(0);
});

test('text is found in the logs of all runs, and a hit opens the log there', async ({ app, drover }) => {
  await drover.run(['demo', '--plain', '--devices', 'cpu:1']);
  const analysis = new AnalysisPage(app.page);
  await analysis.open();
  await analysis.openSearch();
  await analysis.searchText.fill('logging initialized');
  await analysis.searchText.press('Enter');
  const hit = analysis.hits.getByRole('button').filter({ hasText: 'worker_0' });
  await expect(hit).toHaveCount(1);
  await hit.click();
  await expect(app.logOf(0)).toContainText('logging initialized');
});
