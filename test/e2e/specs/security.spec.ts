import { emit, ipc, permissionHandlers } from '../rig/standin.ts';
import { expect, onlyBehind, test } from '../rig/test.ts';

/** An address that no machine has. */
const ELSEWHERE = 'https://elsewhere.invalid/';

test('a page has nothing of Node, no permission that it does not need, and nothing from elsewhere', async ({
  app,
  door,
  opened,
}) => {
  await expect(app.runs).toBeVisible();
  await test.step('it has nothing of Node', async () => {
    const found = await app.page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in globalThis),
    );
    expect(found).toEqual([]);
  });
  await test.step('it gets no permission that it does not need', async () => {
    const states = await app.page.evaluate(async () => {
      const names = ['geolocation', 'camera', 'microphone', 'notifications'] as PermissionName[];
      return Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state));
    });
    expect(states).not.toContain('granted');
  });
  expect(opened.troubles).toEqual([]);
  opened.expectedTroubles.push(/Content Security Policy/, /violates/, /Refused to frame/, /ERR_/);
  await test.step('it runs no text as a script and loads nothing from elsewhere', async () => {
    const outcome = await app.page.evaluate(async (address) => {
      const script = document.createElement('script');
      script.textContent = 'globalThis.wasRun = true';
      document.body.append(script);
      const fetched = await fetch(address).then(
        () => 'fetched',
        () => 'refused',
      );
      return { wasRun: 'wasRun' in globalThis, fetched };
    }, ELSEWHERE);
    expect(outcome).toEqual({ wasRun: false, fetched: 'refused' });
  });
  await test.step('it embeds nothing: no frame leads elsewhere, and no webview is attached', async () => {
    await app.page.evaluate((address) => {
      const frame = document.createElement('iframe');
      frame.src = address;
      const webview = document.createElement('webview');
      webview.setAttribute('src', address);
      document.body.append(frame, webview);
    }, ELSEWHERE);
    await expect.poll(() => app.page.frames().some((frame) => frame.url().startsWith(ELSEWHERE))).toBe(false);
    if (door !== 'electron-standin' || opened.electron === null) return;
    expect(await emit(opened.electron, 'will-attach-webview')).toBe('prevented');
  });
});

test.describe('the window', () => {
  onlyBehind('electron', 'In a browser the browser decides that.');

  test('stays on its page, opens no other, and hands links of the web alone to the browser', async ({
    app,
    desktop,
  }) => {
    const { electron } = desktop;
    const { page } = app;
    await expect(app.runs).toBeVisible();
    const before = page.url();
    await electron.evaluate(({ shell }) => {
      const asked: string[] = [];
      Object.assign(globalThis, { asked });
      shell.openExternal = (address) => {
        asked.push(address);
        return Promise.resolve();
      };
    });
    await page.evaluate((address) => {
      window.open(`${address}opened`);
      window.open('drover-test:start-a-program');
      const link = document.createElement('a');
      Object.assign(link, { href: `${address}linked`, target: '_blank' });
      document.body.append(link);
      link.click();
      location.href = `${address}gone`;
    }, ELSEWHERE);
    const asked = (): Promise<unknown> => electron.evaluate(() => Reflect.get(globalThis, 'asked') as unknown);
    await expect
      .poll(asked)
      .toEqual(expect.arrayContaining([`${ELSEWHERE}opened`, `${ELSEWHERE}linked`, `${ELSEWHERE}gone`]));
    expect(await asked()).toHaveLength(3);
    await expect.poll(() => electron.windows().length).toBe(1);
    expect(page.url()).toBe(before);
    await expect(app.runs).toBeVisible();
  });
});

test('the page is in a sandbox, apart from the preload script, which gives it a few functions and no way to Electron', async ({
  app,
  opened,
}) => {
  const { electron } = opened;
  test.skip(electron === null, 'A browser has no preload script.');
  await expect(app.runs).toBeVisible();
  const preferences = await electron?.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0] as unknown as {
      webContents: { getLastWebPreferences(): Record<string, unknown> };
    };
    const { sandbox, contextIsolation, nodeIntegration, webviewTag } = webContents.getLastWebPreferences();
    return { sandbox, contextIsolation, nodeIntegration, webviewTag };
  });
  expect(preferences).toEqual({ sandbox: true, contextIsolation: true, nodeIntegration: false, webviewTag: false });
  const given = await app.page.evaluate(() =>
    Object.entries(Reflect.get(window, 'drover') as object).map(([name, value]) => `${name}: ${typeof value}`),
  );
  expect(given.toSorted()).toEqual([
    'chooseFiles: function',
    'chooseFolder: function',
    'connect: function',
    'openPath: function',
    'pathOf: function',
    'platform: string',
    'showInFolder: function',
    'takeCommands: function',
  ]);
});

test('only what the window’s own page may ask for is granted and answered', async ({ door, opened }) => {
  test.skip(
    door !== 'electron-standin',
    'Only the stand-in lets a test ask for each permission, and send as somebody else.',
  );
  if (opened.electron === null) return;
  // Only writing to the clipboard is allowed, and only to the window’s own pages.
  const decided = await permissionHandlers(opened.electron, [
    ['clipboard-sanitized-write', 'app://renderer/'],
    ['clipboard-sanitized-write', ELSEWHERE],
    ['clipboard-read', 'app://renderer/'],
    ['media', 'app://renderer/'],
    ['fullscreen', 'app://renderer/'],
  ]);
  expect(decided).toEqual([
    { request: true, check: true },
    { request: false, check: false },
    { request: false, check: false },
    { request: false, check: false },
    { request: false, check: false },
  ]);
  // What asks the main process from another page or from a frame is refused.
  const own = { url: 'app://renderer/index.html', isFrame: false };
  expect(await ipc(opened.electron, 'drover:choose-files', own)).toBe('answered');
  expect(await ipc(opened.electron, 'drover:choose-files', { ...own, isFrame: true })).toContain('not allowed');
  expect(await ipc(opened.electron, 'drover:open-path', { url: ELSEWHERE, isFrame: false })).toContain('not allowed');
});
