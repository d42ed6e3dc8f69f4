import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LaunchPage } from '../pages/launch-page.ts';
import { dropFiles } from '../rig/drop-files.ts';
import { expect, onlyBehind, test } from '../rig/test.ts';

const NOT_TOLD = 'A browser does not reveal where a dropped file is.';

test.describe('files dropped on a browser', () => {
  onlyBehind('browser', 'the app knows where dropped files lie');

  test('are looked for in the file browser, as their place is not told', async ({ app, home }) => {
    const file = join(home, 'dropped.fa');
    writeFileSync(file, '>a\nACGT\n');
    await app.newRun.click();
    const launch = new LaunchPage(app.page);
    await expect(launch.form).toBeVisible();
    await dropFiles(app.page, [file]);
    await expect(launch.fileBrowser).toContainText(NOT_TOLD);
    await launch.fileBrowser.getByRole('button', { name: 'Cancel' }).click();
    await expect(launch.form).toBeVisible();
    await expect(launch.form).not.toContainText('dropped.fa');
  });

  test('on another page than the form lead to it, and leave the window where it is', async ({ app, home }) => {
    const file = join(home, 'dropped.fa');
    writeFileSync(file, '>a\nACGT\n');
    await app.page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Devices' }).click();
    await expect(app.page.getByRole('heading', { level: 1, name: 'Devices' })).toBeVisible();
    await dropFiles(app.page, [file]);
    const launch = new LaunchPage(app.page);
    await expect(launch.fileBrowser).toContainText(NOT_TOLD);
    await expect(app.page).toHaveURL(/#\/new$/);
    await launch.fileBrowser.getByRole('button', { name: 'Cancel' }).click();
    await expect(launch.form).toBeVisible();
  });
});

test.describe('files dropped on the app', () => {
  onlyBehind('electron', 'a browser does not tell where dropped files lie');

  test('are added to the form, and open it from any other page', async ({ app, home }) => {
    const names = ['first.fa', 'second.fa'];
    const files = names.map((name) => join(home, name));
    for (const file of files) writeFileSync(file, '>a\nACGT\n');
    const [first = '', second = ''] = files;
    await expect(app.runs).toBeVisible();
    await dropFiles(app.page, [first]);
    const launch = new LaunchPage(app.page);
    await expect(launch.inputs).toContainText('first.fa');
    await dropFiles(app.page, [second]);
    await expect(launch.inputs.getByRole('listitem')).toHaveText([/first\.fa/, /second\.fa/]);
    await expect(launch.fileBrowser).toBeHidden();
  });
});
