import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type Page } from 'playwright';
import { findChromium } from '../../helpers/find-chromium.ts';
import type { Bench } from '../bench-context.ts';
import { droverCommand, homeEnvironment } from '../engine-run.ts';
import { end, referenceCommand, type Started, start } from '../processes.ts';

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

/** A nearly empty page of a server that does nothing else. @param file its lines are shown by `probe.showLines` */
export async function openPlainPage(file?: string): Promise<Pick<OpenWindow, 'browser' | 'page' | 'close'>> {
  const browser = await launchBrowser();
  const { started, url } = await servePlainPage(file);
  const page = await probedPage(browser);
  await page.goto(url);
  return {
    browser,
    page,
    async close() {
      await browser.close();
      await end(started);
    },
  };
}

/** Starts the server of the plain page. @returns once it has told its address */
export async function servePlainPage(file?: string): Promise<{ started: Started; url: string }> {
  const command = referenceCommand('plain-server', ...(file === undefined ? [] : [file]));
  const started = start(command, { stdout: 'pipe' });
  return { started, url: await firstLine(started) };
}

/** Starts the server. @returns once it has told its address */
export async function serve(bench: Bench, home: string): Promise<{ started: Started; url: string }> {
  const started = start(droverCommand(bench, 'serve', '--no-open', '--json'), {
    env: homeEnvironment(home),
    stdout: 'pipe',
  });
  const { url } = JSON.parse(await firstLine(started)) as { url: string };
  return { started, url };
}

async function firstLine({ child }: Started): Promise<string> {
  if (child.stdout === null) throw new Error('the server has no standard output');
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  return line;
}
