import { expect, onlyBehind, test } from '../rig/test.ts';

/** An address that no machine has. */
const ELSEWHERE = 'https://elsewhere.invalid/';

test('a page has nothing of Node', async ({ app }) => {
  await expect(app.runs).toBeVisible();
  const found = await app.page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in globalThis),
  );
  expect(found).toEqual([]);
});

test('a page runs no text as a script and loads nothing from elsewhere', async ({ app, opened }) => {
  opened.expectedTroubles.push(/Content Security Policy/, /violates/);
  await expect(app.runs).toBeVisible();
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

test('a page gets no permission that it does not need', async ({ app }) => {
  await expect(app.runs).toBeVisible();
  const states = await app.page.evaluate(async () => {
    const names = ['geolocation', 'camera', 'microphone', 'notifications'] as PermissionName[];
    return Promise.all(names.map(async (name) => (await navigator.permissions.query({ name })).state));
  });
  expect(states).not.toContain('granted');
});
