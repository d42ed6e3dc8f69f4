import { beforeAll, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { ItemsTable } from '../../renderer/run/items-table.tsx';
import { useLayout } from '../../renderer/store/layout-store.ts';
import type { RunSnapshot } from '../../renderer/store/run-fold.ts';
import { madeSnapshot, RUN, stepOf } from './rig/made-snapshot.ts';

const ITEMS = 100_000;
/** More rows than a screen shows are never drawn, whatever number of items there is. */
const MOST_ROWS = 80;

let snapshot: RunSnapshot;

beforeAll(() => {
  snapshot = madeSnapshot({
    items: ITEMS,
    complete: Array.from({ length: 2_000 }, (_, item) => item),
    failed: { 4711: "No module named 'torch'", 4712: "No module named 'torch'" },
  });
});

const show = () =>
  render(
    <div style={{ height: 500, display: 'flex' }}>
      <ItemsTable snapshot={snapshot} step={stepOf(snapshot)} />
    </div>,
  );
const rows = () => page.getByRole('row').elements().slice(1);
const firstRow = () => rows()[0]?.textContent ?? '';
const table = () => page.getByRole('table');
const header = (name: RegExp) => page.getByRole('columnheader', { name });

it('draws a window of 100,000 items, wherever it is scrolled', async () => {
  await show();
  await expect.element(table()).toHaveAttribute('aria-rowcount', `${ITEMS + 1}`);
  await expect.poll(() => rows().length).toBeGreaterThan(10);
  expect(rows().length).toBeLessThan(MOST_ROWS);
  const scroller = page.getByRole('region', { name: 'Items' }).element();
  for (const part of [0.5, 1, 0.25]) {
    scroller.scrollTop = scroller.scrollHeight * part;
    const near = Math.floor(part * ITEMS);
    await expect
      .poll(() => rows().some((row) => Math.abs(Number(row.getAttribute('aria-rowindex')) - near) < 100))
      .toBe(true);
    expect(rows().length).toBeLessThan(MOST_ROWS);
  }
  scroller.scrollTop = scroller.scrollHeight;
  await expect.element(page.getByText('genomes/sample-099999.fa')).toBeVisible();
});

it('filters by state and by a part of the path, and says how many are shown', async () => {
  await show();
  await userEvent.click(page.getByRole('button', { name: /^Failed/ }));
  await expect.element(table()).toHaveAttribute('aria-rowcount', '3');
  await expect.element(page.getByText('2 items shown')).toBeInTheDocument();
  await expect.poll(firstRow).toContain("Missing module: No module named 'torch'");
  await userEvent.click(page.getByRole('button', { name: /^All/ }));
  await userEvent.fill(page.getByLabelText('Filter by path'), 'SAMPLE-0999');
  await expect.element(table()).toHaveAttribute('aria-rowcount', '101');
  await userEvent.fill(page.getByLabelText('Filter by path'), 'no such file');
  await expect.element(page.getByText('No item of this step matches.')).toBeVisible();
});

it('sorts by a column, and the other way when it is pressed again', async () => {
  await show();
  const bySize = page.getByRole('button', { name: 'Size' });
  await userEvent.click(bySize);
  await expect.element(header(/^Size/)).toHaveAttribute('aria-sort', 'ascending');
  const ordered = [...stepOf(snapshot).items].sort((a, b) => (a.size === b.size ? a.item - b.item : a.size - b.size));
  const nameOf = (item = ordered[0]): string => item?.file.split('/').at(-1) ?? '';
  await expect.poll(firstRow).toContain(nameOf());
  await userEvent.click(bySize);
  await expect.element(header(/^Size/)).toHaveAttribute('aria-sort', 'descending');
  await expect.poll(firstRow).toContain(nameOf(ordered.at(-1)));
  await expect.element(header(/^File/)).toHaveAttribute('aria-sort', 'none');
});

it('opens the log of an item where the item begins', async () => {
  await show();
  await userEvent.fill(page.getByLabelText('Filter by path'), 'sample-000007');
  await userEvent.click(page.getByRole('button', { name: 'genomes/sample-000007.fa' }));
  expect(useLayout.getState().jump).toEqual({ run: RUN, step: 1, source: 'worker_0', offset: 280 });
});
