import { join } from 'node:path';
import { LaunchPage } from '../pages/launch-page.ts';
import { expect, onlyBehind, test } from '../rig/test.ts';

const SAMPLES = join(import.meta.dirname, '../../../resources/samples');

test.beforeEach(async ({ app }) => {
  await app.newRun.click();
});

test('the sample files are assigned, started and completed', async ({ app }) => {
  const launch = new LaunchPage(app.page);
  await launch.useSamples.click();
  await launch.field('CPU slots').fill('2');
  await launch.field('Name of the run').fill('from the form');
  await expect(launch.ranks).toHaveCount(2);
  await launch.start.click();
  await expect(app.run('from the form')).toContainText(/complete/i);
  await app.openTab('Worker 0');
  await expect(app.logOf(0)).toContainText(/\S{8,}/);
});

test.describe('the clipboard', () => {
  onlyBehind('browser', 'Only there can a test read the clipboard.');

  test('the command that is copied is what the form asks for', async ({ app }) => {
    await app.page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const launch = new LaunchPage(app.page);
    await launch.useSamples.click();
    await launch.field('Length of a k-mer').fill('3');
    await launch.field('Name of the run').fill("it's a try");
    await launch.copyCommand.click();
    await expect
      .poll(() => app.page.evaluate(() => navigator.clipboard.readText()))
      .toMatch(/^drover run --pipeline kmer-embedding --input \S+samples --param k=3 --name 'it'\\''s a try'$/);
  });
});

test.describe('the file browser', () => {
  onlyBehind('browser', 'The app has the dialogs of the system.');

  test('a browser finds files on the machine of the engine', async ({ app }) => {
    const launch = new LaunchPage(app.page);
    await launch.form.getByRole('button', { name: 'Add files or folders…' }).click();
    await launch.fileBrowser.getByLabel('Folder', { exact: true }).fill(SAMPLES);
    await launch.fileBrowser.getByRole('button', { name: 'Open', exact: true }).click();
    await launch.fileBrowser.getByLabel('tiny.fa').check();
    await launch.fileBrowser.getByRole('button', { name: 'Add 1' }).click();
    await expect(launch.inputs).toContainText('/resources/samples/tiny.fa');
  });
});
