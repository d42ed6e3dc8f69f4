import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import { until } from '../../helpers/until.ts';

/** Says that it has begun, and waits until it may finish. */
const SCRIPT = ': > "$2.begun"; until [ -e "$2" ]; do sleep 0.05; done; cp "$0" "$1"';

/** A run of one file that goes on until it is told to finish, or is stopped. */
export interface SlowRun {
  id: string;
  finish: () => void;
}

/** Launches a slow run from the page, and waits until it is under way. */
export async function launchSlowRun(page: Page, home: string): Promise<SlowRun> {
  const input = join(home, 'one.txt');
  const gate = join(home, 'finish-slow-run');
  mkdirSync(join(home, 'pipelines'), { recursive: true });
  writeFileSync(input, 'one\n');
  const step = {
    name: 'wait',
    dispatch: 'each',
    command: ['sh', '-c', SCRIPT, '{file}', '{output}', gate],
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
  // A worker that is just starting is no run under way yet.
  await until(() => existsSync(`${gate}.begun`), 'the worker of the slow run to begin');
  const { run } = (answer as { r: { value: { run: string } } }).r.value;
  return { id: run, finish: () => writeFileSync(gate, '') };
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
