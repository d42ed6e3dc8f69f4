import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Browser } from '@playwright/test';
import type { Door } from './door.ts';
import type { Drover } from './drover.ts';
import { noteTroubles } from './page-troubles.ts';

const VIEWPORT = { width: 1280, height: 800 };

/** `drover serve`, seen in a Chromium that the tests of one worker share; each has a profile of its own in it. */
export async function openBrowserDoor(drover: Drover, browser: Browser): Promise<Door> {
  const url = await serve(drover);
  const context = await browser.newContext({ viewport: VIEWPORT });
  const page = await context.newPage();
  const troubles = noteTroubles(page);
  await page.goto(url);
  return { page, electron: null, desktop: null, troubles, expectedTroubles: [], close: () => context.close() };
}

/** @returns the address that the server prints, with its token */
async function serve(drover: Drover): Promise<string> {
  const server = drover.start(['serve', '--no-open', '--json']);
  let said = '';
  server.stderr?.on('data', (data: Buffer) => (said += data.toString()));
  if (server.stdout === null) throw new Error('The server has no standard output');
  const line = once(createInterface(server.stdout), 'line') as Promise<[string]>;
  const ended = once(server, 'close').then(() => Promise.reject(new Error(`drover serve has ended: ${said}`)));
  // It ends in order after the test, when nobody waits for it any more.
  ended.catch(() => undefined);
  const [text] = await Promise.race([line, ended]);
  return (JSON.parse(text) as { url: string }).url;
}
