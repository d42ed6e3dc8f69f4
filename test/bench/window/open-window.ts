import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type Page } from 'playwright';
import { findChromium } from '../../helpers/find-chromium.ts';
import type { Bench } from '../bench-context.ts';
import { droverCommand, homeEnvironment } from '../engine-run.ts';
import { end, type Started, start } from '../processes.ts';

const PROBE = join(import.meta.dirname, 'page-probe.mjs');
const VIEWPORT = { width: 1440, height: 900 };

/** `drover serve` over a data directory, with a browser on it. */
export interface OpenWindow {
  browser: Browser;
  page: Page;
  /** The address with its token. */
  url: string;
  /** Shows another page of the window: `#/new`. */
  show: (hash: string) => Promise<void>;
  close: () => Promise<void>;
}

/** Opens the window in Chromium. @throws when there is none */
export async function openWindow(bench: Bench, home: string): Promise<OpenWindow> {
  const browser = await launchBrowser();
  const serving = await serve(bench, home);
  const page = await probedPage(browser);
  await page.goto(serving.url);
  return {
    browser,
    page,
    url: serving.url,
    show: async (hash) => {
      await page.evaluate(`location.hash = ${JSON.stringify(hash)}`);
    },
    async close() {
      await browser.close();
      await end(serving.started, 'SIGINT');
    },
  };
}

/** A browser without a card and without what would start beside it. @throws when there is no Chromium */
export function launchBrowser(): Promise<Browser> {
  const executablePath = findChromium();
  if (executablePath === null) throw new Error('there is no Chromium: install it, or set CHROMIUM_PATH to one');
  return chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking'],
  });
}

/** A page that measures itself: `probe` is there before anything of the window. */
export async function probedPage(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: VIEWPORT });
  await page.addInitScript({ path: PROBE });
  return page;
}

/** Starts the server. @returns once it has told its address */
export async function serve(bench: Bench, home: string): Promise<{ started: Started; url: string }> {
  const started = start(droverCommand(bench, 'serve', '--no-open', '--json'), {
    env: homeEnvironment(home),
    stdout: 'pipe',
  });
  if (started.child.stdout === null) throw new Error('the server has no standard output');
  const [line] = (await once(createInterface(started.child.stdout), 'line')) as [string];
  const { url } = JSON.parse(line) as { url: string };
  return { started, url };
}
