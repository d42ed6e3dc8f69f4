import type { Browser } from 'playwright';
import type { Bench } from '../bench-context.ts';
import { end } from '../processes.ts';
import { against, type Group, type Row, timesRow } from '../row.ts';
import { launchBrowser, probedPage, serve, servePlainPage } from './open-window.ts';

/** Of an empty page of an empty server, started and painted in the same browser. */
const TARGET = 4;

/** From the command to a form that can be filled in. */
export const windowStart: Group = { name: 'window-start', about: 'start of the window to a usable form', measure };

async function measure(bench: Bench): Promise<Row[]> {
  bench.doing('drover serve until its form can be used in a browser');
  const browser = await launchBrowser();
  const all: number[] = [];
  const ofPage: number[] = [];
  const empty: number[] = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    const home = bench.folder('window-start');
    const page = await probedPage(browser);
    const from = performance.now();
    const { started, url } = await serve(bench, home);
    const served = performance.now();
    await page.goto(`${url}#/new`);
    await page.locator('button.primary[type="submit"]:not(:disabled)').waitFor();
    all.push((performance.now() - from) / 1000);
    ofPage.push((performance.now() - served) / 1000);
    await page.close();
    await end(started, 'SIGINT');
    empty.push(await emptyStart(browser));
  }
  await browser.close();
  return [
    against(
      timesRow('window-start/serve', 'drover serve, then its form can be used in a browser that is open', {
        unit: 's',
        all,
      }),
      { name: 'an empty server and page', each: empty, rounds: all },
      TARGET,
    ),
    timesRow('window-start/page', 'of it: from the address to the form', { unit: 's', all: ofPage }),
  ];
}

/** @returns seconds until the only button of a plain page can be pressed, its server started as well */
async function emptyStart(browser: Browser): Promise<number> {
  const page = await probedPage(browser);
  const from = performance.now();
  const { started, url } = await servePlainPage();
  await page.goto(url);
  await page.locator('button:not(:disabled)').waitFor();
  const seconds = (performance.now() - from) / 1000;
  await page.close();
  await end(started);
  return seconds;
}
