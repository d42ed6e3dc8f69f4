import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchPage } from '../pages/launch-page.ts';
import { RunPage } from '../pages/run-page.ts';
import { scriptRun } from '../rig/pipelines.ts';
import { expect, test } from '../rig/stand-in-gpus.ts';

/** Works until the file that its folder is told to finish by is there. */
const SCRIPT = 'until [ -e "$1.go" ]; do sleep 0.1; done; cp "$1" "$2"';

test('a run whose card another run has is refused, waits in the queue, and begins when the card is free', async ({
  app,
  home,
  drover,
}) => {
  test.slow();
  const { page } = app;
  const first = scriptRun(home, { name: 'first', script: SCRIPT, files: ['a'], device: 'gpu' });
  writePipeline(home);
  const ended = drover.run([...first.words, '--devices', '0']);
  await app.openRun('first');
  await expect(new RunPage(page).status).toContainText('Running');

  await app.newRun.click();
  const launch = new LaunchPage(page);
  await launch.field('Pipeline').selectOption('second');
  await launch.addPath.fill(join(home, 'first-files'));
  await launch.addPath.press('Enter');
  const gpu = page.getByRole('listitem').filter({ hasText: 'GPU 0' });
  await expect(gpu).toContainText(/Used by run first \(first\), since \d/);
  await expect(gpu.getByRole('link', { name: 'first' })).toBeVisible();
  await expect(launch.form.locator('#devices-note')).toContainText('GPU 0 is used by run');
  await expect(launch.form.getByRole('radio', { name: 'Start now, beside the others' })).toBeVisible();
  // Both cards are chosen; the other one is another program's.
  await launch.form.getByRole('checkbox', { name: /GPU 1/ }).uncheck();
  await launch.form.getByRole('radio', { name: 'When this device is free' }).check();
  await launch.form.getByRole('button', { name: 'Queue run' }).click();
  const run = new RunPage(page);
  await expect(run.status).toContainText('Queued');
  await expect(page.getByText('place 1 of 1')).toBeVisible();

  await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Devices' }).click();
  const queue = page.getByRole('region', { name: 'Queue' });
  await expect(queue.getByRole('listitem', { name: /^Place/ })).toHaveCount(1);
  await expect(queue).toContainText('GPU 0 is used by run');
  await expect(page.getByText(/Used by run first \(first\), since \d/)).toBeVisible();
  expect(await drover.run(['devices'])).toContain('(first), since');

  writeFileSync(join(home, 'first-files/a.go'), '');
  await ended;
  await expect(queue).toContainText('No run waits for devices.');
  await app.openRun('second');
  await expect(run.status).toContainText('Completed');
});

test('the form notices that a card has become free, and forgets that sharing was chosen for an earlier run', async ({
  app,
  home,
  drover,
}) => {
  test.slow();
  const first = scriptRun(home, { name: 'first', script: SCRIPT, files: ['a'], device: 'gpu' });
  writePipeline(home);
  const ended = drover.run([...first.words, '--devices', '0']);
  await app.openRun('first');
  await expect(new RunPage(app.page).status).toContainText('Running');
  await app.newRun.click();
  const launch = new LaunchPage(app.page);
  await launch.field('Pipeline').selectOption('second');
  await launch.addPath.fill(join(home, 'first-files/a'));
  await launch.addPath.press('Enter');
  await launch.form.getByRole('checkbox', { name: /GPU 1/ }).uncheck();
  const share = launch.form.getByRole('radio', { name: 'Start now, beside the others' });
  const note = launch.form.locator('#devices-note');
  await share.check();
  await expect(note).toBeEmpty();
  await app.openRun('first');
  await app.newRun.click();
  await expect(launch.form.getByRole('radio', { name: 'Start now', exact: true })).toBeChecked();
  await expect(note).toContainText('GPU 0 is used by run');

  writeFileSync(join(home, 'first-files/a.go'), '');
  await ended;
  await expect(note).toBeEmpty();
  await expect(share).toHaveCount(0);
  await expect(launch.ranks).toHaveCount(1);
});

/** A pipeline of the person's own, which copies each file. */
function writePipeline(home: string): void {
  const command = ['cp', '{file}', '{output}'];
  const step = { name: 'copy', dispatch: 'each', device: 'gpu', command, outputs: ['{stem}.out'] };
  mkdirSync(join(home, 'pipelines'), { recursive: true });
  writeFileSync(
    join(home, 'pipelines/second.json'),
    JSON.stringify({ name: 'second', inputs: { patterns: ['*'] }, steps: [step] }),
  );
}
