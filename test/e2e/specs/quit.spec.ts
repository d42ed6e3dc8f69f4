import { launchSlowRun } from '../rig/slow-run.ts';
import { expect, onlyBehind, test } from '../rig/test.ts';

onlyBehind('electron', 'A browser page has no app that could be quit.');

test('closing the app with a run under way asks, and goes on when that is taken back', async ({
  app,
  desktop,
  home,
}) => {
  await launchSlowRun(app.page, home, 60);
  await desktop.answerWith('cancel');
  await desktop.askToQuit();
  await expect.poll(() => desktop.questions()).toBe(1);
  await expect(app.run('slow')).toBeVisible();
});

test('a run that is stopped with the app can be resumed', async ({ app, desktop, drover, home }) => {
  const run = await launchSlowRun(app.page, home, 30);
  await desktop.answerWith('stop');
  await desktop.quit();
  expect(await statusOf(drover.run(['status', run, '--json']))).toBe('stopped');
});

test('a run that is to keep running completes without the app', async ({ app, desktop, drover, home }) => {
  const run = await launchSlowRun(app.page, home, 4);
  await desktop.answerWith('keep');
  await desktop.quit();
  await drover.run(['wait', run]);
  expect(await statusOf(drover.run(['status', run, '--json']))).toBe('completed');
});

async function statusOf(printed: Promise<string>): Promise<unknown> {
  return (JSON.parse(await printed) as { status: unknown }).status;
}
