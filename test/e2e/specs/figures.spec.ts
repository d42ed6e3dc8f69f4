import { RunPage } from '../pages/run-page.ts';
import { scriptRun } from '../rig/pipelines.ts';
import { expect, test } from '../rig/stand-in-gpus.ts';

const DONE = 'echo done > "$2"';
const WAITS = (gate: string): string => `echo working; while [ ! -e "${gate}" ]; do sleep 0.1; done; ${DONE}`;

test('what the devices do is seen beside their workers and in the metrics, while a run goes on and afterwards', async ({
  app,
  home,
  drover,
}) => {
  test.slow();
  const gate = `${home}/gate`;
  const { words } = scriptRun(home, { name: 'cards', script: WAITS(gate), files: ['a.txt', 'b.txt'], device: 'gpu' });
  const child = drover.start(words);
  child.stdout?.resume();
  await app.openRun('cards');
  const run = new RunPage(app.page);
  await expect(run.workers.getByRole('row')).toHaveCount(3);
  await expect(run.workers.getByRole('row').nth(2)).toContainText('GPU 1');
  const line = run.workers.getByRole('img', { name: /^Utilization: now 97 %/ });
  // The engine that owns the run writes its first sample when the tool has answered.
  await expect(line).toBeVisible();
  await expect(run.workers.getByRole('row').nth(2)).toContainText('71 °C');
  await app.openTab('Metrics');
  const devices = app.page.getByRole('region', { name: 'Figures of the devices' });
  await expect(devices.getByRole('row')).toHaveCount(3);
  await expect(devices).toContainText('342 W');
  await expect(app.page.locator('.chart canvas')).toHaveCount(4);
  await app.page.getByRole('combobox', { name: 'Devices' }).selectOption({ label: 'GPU 1' });
  await expect(devices.getByRole('row')).toHaveCount(2);
  await drover.run(['stop', 'last']);
  await expect(run.status).toContainText('Stopped');
  await expect(run.workers.getByRole('columnheader', { name: 'Mean util.' })).toBeVisible();
  await app.page.reload();
  await expect(devices).toContainText('97 %');
});

test('the form shows what the cards do and who holds their memory, and says so among the checks', async ({ app }) => {
  await app.newRun.click();
  const form = app.page.getByRole('form', { name: 'New run' });
  await expect(form).toContainText('97 % busy');
  await expect(form).toContainText('python (90211');
  await form.getByRole('button', { name: 'Use the sample files' }).click();
  const checks = form.getByRole('region', { name: 'Checks' });
  await expect(checks).toContainText(/On GPU 1 5\.8 GiB are free\. Used by python \(process 90211, 17\.8 GiB\)/);
});
