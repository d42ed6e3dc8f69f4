import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SettingsPage } from '../pages/settings-page.ts';
import { expect, test } from '../rig/test.ts';

test('a setting is checked while it is typed, saved by itself, and still there after a reload', async ({
  app,
  home,
}) => {
  const settings = await SettingsPage.open(app.page);
  const file = join(home, 'settings.json');
  const saved = (): unknown => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);
  await settings.grace.fill('700');
  await expect(settings.noteOf('stop-grace')).toContainText('Give seconds from 0 to 600.');
  await expect(settings.grace).toHaveAttribute('aria-invalid', 'true');
  await settings.grace.fill('12');
  await expect(settings.noteOf('stop-grace')).not.toContainText('Give seconds');
  await expect.poll(saved).toMatchObject({ stopGraceSeconds: 12 });
  await app.page.reload();
  await expect(settings.grace).toHaveValue('12');
});

test('an interpreter that is not there is refused beside its field', async ({ app }) => {
  const settings = await SettingsPage.open(app.page);
  await settings.interpreter.fill('/no/such/python');
  await expect(settings.noteOf('interpreter')).toContainText('There is no program /no/such/python.');
});

test('the theme that is chosen stays, whatever the system wishes', async ({ app }) => {
  const settings = await SettingsPage.open(app.page);
  await settings.theme.selectOption('dark');
  await expect(app.page.locator(':root')).toHaveAttribute('data-theme', 'dark');
  await app.page.reload();
  await expect(app.page.locator(':root')).toHaveAttribute('data-theme', 'dark');
  await settings.theme.selectOption('system');
  await expect(app.page.locator(':root')).not.toHaveAttribute('data-theme');
});

test('a new run begins with the defaults', async ({ app }) => {
  const settings = await SettingsPage.open(app.page);
  await settings.field('Retries').fill('4');
  await expect(settings.field('Retries')).toHaveValue('4');
  await expect(app.page.getByText('✓ saved')).toBeVisible();
  await app.newRun.click();
  await expect(app.page.getByLabel('Retries')).toHaveValue('4');
});

test('each program is shown with the place where it was found', async ({ app }) => {
  const settings = await SettingsPage.open(app.page);
  await expect(settings.tool('tar')).toContainText(/on PATH|in no folder/);
});
