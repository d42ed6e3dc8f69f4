import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';

/** Launches a run of one file that takes some seconds, from the page, and waits until it is under way. @returns its id */
export async function launchSlowRun(page: Page, home: string, seconds: number): Promise<string> {
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
