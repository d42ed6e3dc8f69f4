import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { WorkerTable } from '../../renderer/run/worker-table.tsx';
import { madeSnapshot, stepOf } from './rig/made-snapshot.ts';

/** Of what stands beside the sidebar in windows of 800, 1280 and 2560 pixels. */
const WIDTHS = [588, 1024, 2260];
const LONG = 'a very long name of a sample from the North Atlantic that says everything, leg 17_R1.faa';

async function renderTable(): Promise<void> {
  const snapshot = madeSnapshot({ items: 4, complete: [0] });
  const step = stepOf(snapshot);
  const view = snapshot.model.view(Date.now());
  if (view === null) throw new Error('nothing to see');
  const workers = view.workers.map((worker) => ({ ...worker, device: 'GPU 11', onDevice: false, file: LONG }));
  await render(<WorkerTable snapshot={snapshot} view={{ ...view, workers }} step={step} />);
}

it.each(WIDTHS)('shows the whole of the badge of a worker that is not on its device, %i pixels wide', async (width) => {
  await page.viewport(width, 600);
  await renderTable();
  const badge = page.getByText(/not on GPU 11/).element();
  const cell = badge.closest('td');
  expect(badge.getBoundingClientRect().right).toBeLessThanOrEqual(cell?.getBoundingClientRect().right ?? 0);
  expect(cell?.scrollWidth).toBeLessThanOrEqual(cell?.clientWidth ?? 0);
});

it.each(WIDTHS)('cuts no heading, and of a long name shows the end, %i pixels wide', async (width) => {
  await page.viewport(width, 600);
  await renderTable();
  const cut = page
    .getByRole('columnheader')
    .elements()
    .filter((heading) => heading.scrollWidth > heading.clientWidth);
  expect(cut.map(({ textContent }) => textContent)).toEqual([]);
  const end = page
    .getByText(/17_R1\.faa/)
    .elements()
    .at(-1);
  const row = end?.closest('.worker-table')?.getBoundingClientRect();
  expect(end?.getBoundingClientRect().right).toBeLessThanOrEqual(row?.right ?? 0);
});

it('fills the bar of a worker that has done all there was', async () => {
  const snapshot = madeSnapshot({ items: 2, complete: [0, 1] });
  const view = snapshot.model.view(Date.now());
  if (view === null) throw new Error('nothing to see');
  await render(<WorkerTable snapshot={snapshot} view={view} step={stepOf(snapshot)} />);
  const bar = page.getByRole('progressbar', { name: 'Items done by worker_0' }).element() as HTMLProgressElement;
  expect(bar.value).toBe(bar.max);
});
