import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
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

/** Launches a run of one file that takes some seconds, from the page, and waits until it is under way. @returns its id */
async function launchSlowRun(page: Page, home: string, seconds: number): Promise<string> {
  const input = join(home, 'one.txt');
  mkdirSync(join(home, 'pipelines'), { recursive: true });
  writeFileSync(input, 'one\n');
  const step = {
    name: 'wait',
    dispatch: 'each',
    command: ['sh', '-c', `sleep ${seconds}; cp "$0" "$1"`, '{file}', '{output}'],
    outputs: ['{stem}.out'],
  };
  writeFileSync(
    join(home, 'pipelines', 'slow.json'),
    JSON.stringify({ name: 'slow', inputs: { patterns: ['*.txt'] }, steps: [step] }),
  );
  const launch = {
    pipeline: 'slow',
    devices: 'cpu:1',
    inputs: [input],
    parameters: {},
    name: 'slow',
    overwrite: false,
    skipInvalid: false,
    workingDirectory: home,
    detach: false,
  };
  const answer = await page.evaluate(callEngine, { method: 'startRun', input: launch });
  expect(answer).toMatchObject({ r: { ok: true } });
  await expect(page.getByRole('navigation', { name: 'Runs' })).toContainText('slow');
  return (answer as { r: { value: { run: string } } }).r.value.run;
}

/** Asks the engine over a port of the page's own; runs in the page. */
function callEngine({ method, input }: { method: string; input: unknown }): Promise<unknown> {
  return new Promise((resolve) => {
    window.addEventListener('message', ({ ports: [port] }) => {
      if (port === undefined) return;
      port.addEventListener('message', ({ data }: MessageEvent<unknown>) => resolve(data));
      port.start();
      port.postMessage({ t: 'q', i: '1', m: method, a: [input] });
    });
    const shell = Reflect.get(window, 'drover') as { connect(): void };
    shell.connect();
  });
}

async function statusOf(printed: Promise<string>): Promise<unknown> {
  return (JSON.parse(await printed) as { status: unknown }).status;
}
