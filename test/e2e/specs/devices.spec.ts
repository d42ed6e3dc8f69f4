import { expect, test } from '../rig/test.ts';

test('the page of devices shows what they do, live', async ({ app }) => {
  await app.page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Devices' }).click();
  await expect(app.page.getByRole('heading', { level: 1, name: 'Devices' })).toBeVisible();
  // Any machine has something that is in use.
  const chart = app.page.getByRole('img', { name: /^Memory: \d/ }).first();
  await expect(chart).toBeVisible();
  const first = await chart.getAttribute('aria-label');
  await expect(chart.locator('canvas')).toBeVisible();
  await expect.poll(() => chart.getAttribute('aria-label')).not.toBe(first);
});
