import type { Page } from 'playwright';
import type { Bench } from '../bench-context.ts';
import { against, type Group, type Row, timesRow } from '../row.ts';
import { openPlainPage, openWindow } from './open-window.ts';

/** Of a click in a plain page whose server starts an empty Node program. */
const TARGET = 2;
const SUBMIT = 'button.primary[type="submit"]:not(:disabled)';
/** The address tells the run as soon as the engine has begun it. */
const BEGUN = `location.hash.startsWith('#/run/')`;
const SHOWN = `document.querySelector('article.run-view') !== null`;

/** How long somebody waits who has filled in the form. */
export const windowLaunch: Group = {
  name: 'window-launch',
  about: 'a click in the form until the run is there',
  measure,
};

async function measure(bench: Bench): Promise<Row[]> {
  const begun: number[] = [];
  const shown: number[] = [];
  const plain: number[] = [];
  for (let round = 0; round < bench.rounds; round += 1) {
    bench.doing('launching the sample from the form');
    const window = await openWindow(bench, bench.folder('window-launch'));
    try {
      await window.page.waitForLoadState();
      await window.show('#/new');
      const [first, second] = await launched(window.page);
      begun.push(first);
      shown.push(second);
      await window.page.getByText('14 / 14').first().waitFor();
    } finally {
      await window.close();
    }
    const page = await openPlainPage();
    plain.push(await page.page.evaluate<number>('probe.started()'));
    await page.close();
  }
  return [
    against(
      timesRow('window-launch/begun', 'click in the form until the engine has begun the run', {
        unit: 'ms',
        all: begun,
      }),
      { name: 'a click that starts an empty Node program', each: plain, rounds: begun },
      TARGET,
    ),
    timesRow('window-launch/shown', 'from the same click: until steps and workers are shown', {
      unit: 'ms',
      all: shown,
    }),
  ];
}

async function launched(page: Page): Promise<[begun: number, shown: number]> {
  await page.getByRole('button', { name: 'Use the sample files' }).click();
  await page.locator(SUBMIT).waitFor();
  // The preview of the assignment is still being made; who clicks has seen it.
  await page.locator('.plan-preview[aria-busy="false"] [role="img"]').first().waitFor();
  return await page.evaluate<[number, number]>(`(async () => {
    const from = performance.now();
    document.querySelector(${JSON.stringify(SUBMIT)}).click();
    const until = async (holds) => {
      while (!holds()) await new Promise((resolve) => requestAnimationFrame(resolve));
      return performance.now() - from;
    };
    return [await until(() => ${BEGUN}), await until(() => ${SHOWN})];
  })()`);
}
