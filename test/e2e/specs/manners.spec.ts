import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ElectronApplication } from '@playwright/test';
import { launchSlowRun } from '../rig/slow-run.ts';
import { clickNotification, desktopSigns, pressMenu } from '../rig/standin.ts';
import { expect, test } from '../rig/test.ts';

const KEEP = 0;

test.skip(
  ({ door }) => door !== 'electron-standin',
  'Only the stand-in for Electron lets a test see menu, tray and notifications.',
);

test('the menu leads to the pages and changes between light and dark', async ({ app, home, opened }) => {
  const { electron, page } = opened;
  if (electron === null) return;
  await expect(app.runs).toBeVisible();
  for (const [entry, heading] of [
    ['New Run', 'New run'],
    ['Devices', 'Devices'],
    ['Settings', 'Settings'],
  ] as const) {
    await pressMenu(electron, entry);
    await expect(page.getByRole('heading', { level: 1, name: heading })).toBeVisible();
  }
  await pressMenu(electron, 'Light or Dark');
  await expect(page.getByLabel('Theme')).toHaveValue('dark');
  await expect(page.locator(':root')).toHaveAttribute('data-theme', 'dark');
  expect(JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8'))).toMatchObject({ theme: 'dark' });
});

test('a run under way is seen in tray and task bar, keeps the machine awake, and its end is told', async ({
  app,
  home,
  opened,
}) => {
  const { electron } = opened;
  if (electron === null) return;
  const { id, finish } = await launchSlowRun(app.page, home);
  await expect
    .poll(() => desktopSigns(electron))
    .toMatchObject({
      tray: { toolTip: 'slow: 0 of 1 file', labels: ['Show Drover', 'slow: 0 of 1 file', 'Stop the run', 'Quit'] },
      sleepBlocks: 1,
      progress: 0,
      badge: 1,
    });
  finish();
  await expect
    .poll(() => desktopSigns(electron))
    .toMatchObject({
      tray: null,
      sleepBlocks: 0,
      progress: -1,
      badge: 0,
      notifications: [{ title: 'slow is complete', body: '1 file done.' }],
    });
  await pressMenu(electron, 'Settings');
  await expect(app.page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
  await clickNotification(electron);
  await expect(app.page).toHaveURL(new RegExp(`#/run/${id}`));
});

test('closing the window lets a run go on where it can be found again, and that is remembered', async ({
  app,
  drover,
  home,
  opened,
}) => {
  const { electron } = opened;
  if (electron === null) return;
  const { id, finish } = await launchSlowRun(app.page, home);
  await answerWith(electron, KEEP);
  await electron.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close());
  // Without a bus of a desktop session there is no tray to hide in.
  await expect.poll(() => desktopSigns(electron)).toMatchObject({ isMinimized: true, badge: 1 });
  expect(JSON.parse(readFileSync(join(home, 'settings.json'), 'utf8'))).toMatchObject({ onClose: 'keep' });
  const closed = electron.waitForEvent('close');
  await electron.evaluate(({ app: shell }) => shell.quit());
  await closed;
  finish();
  await drover.run(['wait', id]);
  const journal = readFileSync(join(home, 'runs/slow', id, 'journal.ndjson'), 'utf8');
  expect(journal).toContain('"worker-adopted"');
  expect(journal.match(/"type":"dispatching"/g)).toHaveLength(1);
  expect(journal).toContain('"status":"completed"');
});

test('the window keeps its place', async ({ app, home, opened }) => {
  const { electron } = opened;
  await expect(app.runs).toBeVisible();
  await electron?.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setBounds({ x: 40, y: 60, width: 900, height: 700 }),
  );
  const file = join(home, 'electron/window.json');
  const saved = (): unknown => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null);
  await expect.poll(saved).toEqual({ x: 40, y: 60, width: 900, height: 700, maximized: false });
});

test('a second start brings the window to the front and opens the form with its files', async ({
  app,
  home,
  opened,
}) => {
  await expect(app.runs).toBeVisible();
  await opened.electron?.evaluate(({ app: shell, BrowserWindow }, folder) => {
    BrowserWindow.getAllWindows()[0]?.minimize();
    shell.emit('second-instance', {}, ['drover', '.', '.', '--flag', 'not-there'], folder);
  }, home);
  await expect(app.page.getByRole('heading', { level: 1, name: 'New run' })).toBeVisible();
  await expect(app.page.getByText(home, { exact: true })).toBeVisible();
  if (opened.electron !== null) expect(await desktopSigns(opened.electron)).toMatchObject({ isVisible: true });
});

test('a page whose process dies is loaded again and connects to the engine', async ({ app, opened }) => {
  const { electron } = opened;
  await expect(app.runs).toBeVisible();
  const reloaded = await electron?.evaluate(
    ({ BrowserWindow, ipcMain }) =>
      new Promise<string>((resolve) => {
        const [window] = BrowserWindow.getAllWindows();
        ipcMain.once('drover:connect', ({ sender }) => resolve(sender.getURL()));
        window?.webContents.forcefullyCrashRenderer();
      }),
  );
  expect(reloaded).toMatch(/^app:\/\/renderer\/index\.html/);
});

async function answerWith(electron: ElectronApplication, response: number): Promise<void> {
  await electron.evaluate(({ dialog }, pressed) => {
    dialog.showMessageBox = () => Promise.resolve({ response: pressed, checkboxChecked: true });
  }, response);
}
