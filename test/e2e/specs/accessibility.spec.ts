import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from '@playwright/test';
import { HistoryPage } from '../pages/history-page.ts';
import { expect, onlyBehind, test } from '../rig/test.ts';

const AXE = readFileSync(fileURLToPath(import.meta.resolve('axe-core')), 'utf8');

interface AxeResults {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}

/** What axe finds on the page as it is in both themes, in words. Only colours differ between them. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  const light = await look(page, 'light', '{ resultTypes: ["violations"] }');
  const dark = await look(
    page,
    'dark',
    '{ resultTypes: ["violations"], runOnly: { type: "rule", values: ["color-contrast", "link-in-text-block"] } }',
  );
  return [...light, ...dark];
}

async function look(page: Page, colorScheme: 'light' | 'dark', options: string): Promise<string[]> {
  await page.emulateMedia({ colorScheme });
  const results = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
  return results.violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${colorScheme}: ${id}: ${help}\n${html}\n${failureSummary ?? ''}`),
  );
}

onlyBehind('browser', 'The page is the same behind each door.');

test('every screen can be used by everybody, in light and dark', async ({ app, drover }) => {
  const { page } = app;
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await expect(page.getByRole('button', { name: 'Run the sample' })).toBeVisible();
  expect.soft(await violations(page), 'welcome').toEqual([]);
  await drover.run(['demo', '--plain', '--devices', 'cpu:2']);
  await app.openRun('demo');
  for (const tab of ['All workers', 'Worker 0', 'Items', 'Problems', 'Metrics', 'Component logs', 'Summary']) {
    await app.openTab(tab);
    await expect(app.tab(tab)).toHaveAttribute('aria-selected', 'true');
    expect.soft(await violations(page), tab).toEqual([]);
  }
  await app.newRun.click();
  await expect(page.getByRole('form', { name: 'New run' })).toBeVisible();
  expect.soft(await violations(page), 'form').toEqual([]);
  for (const name of ['Devices', 'Settings']) {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name }).click();
    await expect(page.getByRole('heading', { level: 1, name })).toBeVisible();
    expect.soft(await violations(page), name).toEqual([]);
  }
  const history = new HistoryPage(page);
  await history.open();
  await history.choose('demo');
  await expect(history.tool('Delete…')).toBeEnabled();
  expect.soft(await violations(page), 'history').toEqual([]);
  await history.tool('Delete…').click();
  await expect(history.dialog).toBeVisible();
  expect.soft(await violations(page), 'question before deleting').toEqual([]);
});
