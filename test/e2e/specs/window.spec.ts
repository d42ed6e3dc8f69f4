import { expect, test } from '../rig/test.ts';

test('the window opens on an empty list of runs', async ({ app }) => {
  await expect(app.page).toHaveTitle(/Drover/);
  await expect(app.runs).toContainText('Runs you launch stand here.');
  await expect(app.newRun).toBeEnabled();
  await expect(app.page.getByRole('heading', { level: 1, name: 'No runs yet' })).toBeVisible();
});

test('a run that the command starts appears, and its pane shows what the worker prints', async ({ app, drover }) => {
  await expect(app.runs).toBeVisible();
  await drover.run(['demo', '--plain', '--devices', 'cpu:2']);
  await app.openRun('demo');
  await app.openTab('Worker 0');
  await expect(app.logOf(0)).toContainText(/\S{8,}/);
  await expect(app.run('demo')).toContainText(/complete/i);
});

test('a run that is launched in the window goes on while the window is reloaded', async ({ app }) => {
  await app.page.getByRole('button', { name: 'Run the sample' }).click();
  await expect(app.run('sample')).toBeVisible();
  await app.page.reload();
  await expect(app.run('sample')).toContainText(/complete/i);
});

test('a reloaded window is connected again', async ({ app, drover }) => {
  await drover.run(['demo', '--plain', '--devices', 'cpu:1']);
  await expect(app.run('demo')).toBeVisible();
  await app.page.reload();
  await expect(app.run('demo')).toBeVisible();
});
