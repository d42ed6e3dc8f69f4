import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchPage } from '../pages/launch-page.ts';
import { RunPage } from '../pages/run-page.ts';
import { scriptRun } from '../rig/pipelines.ts';
import { expect, test } from '../rig/test.ts';

test.beforeEach(async ({ app }) => {
  await app.newRun.click();
});

test('a pipeline is chosen by its file, checked, and started', async ({ app, home }) => {
  scriptRun(home, { name: 'by-file', script: 'echo done > "$2"', files: ['a.txt', 'b.txt'] });
  const launch = new LaunchPage(app.page);
  await launch.field('Pipeline').selectOption({ label: 'From a JSON file…' });
  await launch.field('Pipeline file').fill(join(home, 'nowhere.json'));
  await expect(launch.field('Pipeline file')).toHaveAccessibleDescription(/nowhere\.json/);
  await launch.field('Pipeline file').fill(join(home, 'by-file.json'));
  await expect(launch.field('Pipeline file')).toHaveAccessibleDescription(/by-file/);
  await launch.addPath.fill(join(home, 'by-file-files'));
  await launch.addPath.press('Enter');
  const checks = launch.form.getByRole('region', { name: 'Checks' });
  await expect(checks).toContainText(/Found \S+\/sh\./);
  await expect(checks).toContainText(/free for results/);
  await launch.start.click();
  await expect(new RunPage(app.page).status).toContainText('Completed');
});

test('counting is told while it takes long, can be cancelled and begun again', async ({ app, home }) => {
  const step = {
    name: 'work',
    dispatch: 'each',
    device: 'cpu',
    command: ['true'],
    cost: { command: ['sh', '-c', 'sleep 1; echo 1', 'sh', '{file}'] },
  };
  const pipeline = join(home, 'slow.json');
  writeFileSync(pipeline, JSON.stringify({ name: 'slow', inputs: { patterns: ['*'] }, steps: [step] }));
  scriptRun(home, { name: 'many', script: 'true', files: Array.from({ length: 40 }, (_, at) => `${at}.txt`) });
  const launch = new LaunchPage(app.page);
  await launch.field('Pipeline').selectOption({ label: 'From a JSON file…' });
  await launch.field('Pipeline file').fill(pipeline);
  await launch.addPath.fill(join(home, 'many-files'));
  await launch.addPath.press('Enter');
  await expect(launch.assignment).toContainText(/\d+ of 40 files counted/);
  await launch.assignment.getByRole('button', { name: 'Cancel counting' }).click();
  await expect(launch.assignment).toContainText('Counting was cancelled');
  await launch.assignment.getByRole('button', { name: 'Count again' }).click();
  await expect(launch.assignment).toContainText(/\d+ of 40 files counted/);
});

test('what was typed is there again in another browser', async ({ app, door }) => {
  test.skip(door !== 'browser', 'The app has one window.');
  const launch = new LaunchPage(app.page);
  await launch.useSamples.click();
  await launch.field('Name of the run').fill('kept by the engine');
  // What the engine keeps comes a moment after the typing.
  await expect(launch.ranks.first()).toBeVisible();
  await app.page.evaluate(() => localStorage.clear());
  await expect
    .poll(async () => {
      await app.page.evaluate(() => localStorage.clear());
      await app.page.reload();
      await expect(launch.field('Name of the run')).toBeVisible();
      return launch.field('Name of the run').inputValue();
    })
    .toBe('kept by the engine');
  await expect(launch.inputs).toContainText('samples');
});

test('what is missing or wrong is told beside its field, and nothing that was typed is lost', async ({ app }) => {
  const launch = new LaunchPage(app.page);
  await launch.start.click();
  await expect(launch.field('Pipeline')).toBeFocused();
  await expect(launch.field('Pipeline')).toHaveAccessibleDescription(/Choose a pipeline/);
  await launch.useSamples.click();
  await launch.field('Length of a k-mer').fill('99');
  await expect(launch.field('Length of a k-mer')).toHaveAccessibleDescription(/whole number from 1 to 8/);
  await launch.start.click();
  await expect(launch.field('Length of a k-mer')).toBeFocused();
  await app.page.reload();
  await expect(launch.field('Length of a k-mer')).toHaveValue('99');
  await expect(launch.inputs).toContainText('samples');
});

test('a refusal of the engine stands beside the field that it is about', async ({ app }) => {
  const launch = new LaunchPage(app.page);
  await launch.useSamples.click();
  await launch.addPath.fill('/nowhere/genome.fa');
  await launch.addPath.press('Enter');
  await expect(launch.addPath).toHaveAccessibleDescription(/no file or folder \/nowhere\/genome\.fa/);
  await app.page.getByRole('button', { name: 'Remove /nowhere/genome.fa' }).click();
  await expect(launch.ranks.first()).toBeVisible();
});
