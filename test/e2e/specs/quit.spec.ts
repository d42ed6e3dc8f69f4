import { launchSlowRun } from '../rig/slow-run.ts';
import { expect, onlyBehind, test } from '../rig/test.ts';

onlyBehind('electron', 'A browser page has no app that could be quit.');

test('closing the app with a run under way asks, and goes on when that is taken back', async ({
  app,
  desktop,
  home,
}) => {
  await launchSlowRun(app.page, home);
  await desktop.answerWith('cancel');
  await desktop.askToQuit();
  await expect.poll(() => desktop.questions()).toBe(1);
  await expect(app.run('slow')).toBeVisible();
});

test('a run that is stopped with the app can be resumed', async ({ app, desktop, drover, home }) => {
  const { id } = await launchSlowRun(app.page, home);
  await desktop.answerWith('stop');
  await desktop.quit();
  expect(await statusOf(drover.run(['status', id, '--json']))).toBe('stopped');
});

test('a run that is to keep running completes without the app', async ({ app, desktop, drover, home }) => {
  const { id, finish } = await launchSlowRun(app.page, home);
  await desktop.answerWith('keep');
  await desktop.quit();
  finish();
  await drover.run(['wait', id]);
  expect(await statusOf(drover.run(['status', id, '--json']))).toBe('completed');
});

async function statusOf(printed: Promise<string>): Promise<unknown> {
  return (JSON.parse(await printed) as { status: unknown }).status;
}
