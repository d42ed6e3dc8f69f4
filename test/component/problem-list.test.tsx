import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { ProblemList } from '../../renderer/run/problem-list.tsx';
import { useLayout } from '../../renderer/store/layout-store.ts';
import { madeSnapshot, RUN } from './rig/made-snapshot.ts';

const WARNING = {
  step: 1,
  worker: 'worker_0',
  level: 'warning',
  text: 'the <b>model</b> is old',
  count: 3,
  offset: 120,
} as const;
const TORCH = "ModuleNotFoundError: No module named 'torch'";

it('says that nothing is wrong when nothing is', async () => {
  await render(<ProblemList snapshot={madeSnapshot({ items: 2 })} />);
  await expect.element(page.getByText(/Nothing has failed/)).toBeVisible();
});

it('tells one cause once, with what to do, and opens the log where the item begins', async () => {
  await render(<ProblemList snapshot={madeSnapshot({ items: 40, failed: { 3: TORCH, 5: TORCH } })} />);
  await expect.element(page.getByRole('heading', { name: /^Missing module/ })).toBeVisible();
  expect(page.getByText(/Install the module into the interpreter/).elements()).toHaveLength(1);
  // Both failed with one message: they are one row, which opens to both.
  await userEvent.click(page.getByText('and 1 more'));
  await userEvent.click(page.getByRole('button', { name: /^sample-000005\.fa/ }));
  expect(useLayout.getState().jump).toEqual({ run: RUN, step: 1, source: 'worker_0', offset: 200 });
  expect(useLayout.getState().route).toMatchObject({ page: 'run', tab: 'worker_0' });
});

it('shows a few messages of a cause first, and more when asked', async () => {
  const failed = Object.fromEntries(
    Array.from({ length: 25 }, (_, item) => [item, `No module named ${String.fromCharCode(97 + item)}`]),
  );
  await render(<ProblemList snapshot={madeSnapshot({ items: 25, failed })} />);
  expect(page.getByRole('listitem').elements()).toHaveLength(10);
  await userEvent.click(page.getByRole('button', { name: 'Show more of 25 messages' }));
  expect(page.getByRole('listitem').elements()).toHaveLength(25);
});

it('shows what workers printed as text, how often, and leads to its place', async () => {
  await render(<ProblemList snapshot={madeSnapshot({ items: 2, problems: [WARNING] })} />);
  await expect.element(page.getByText('the <b>model</b> is old')).toBeVisible();
  await expect.element(page.getByText('3 times')).toBeVisible();
  await userEvent.click(page.getByRole('button', { name: /^Worker 0/ }));
  expect(useLayout.getState().jump).toMatchObject({ source: 'worker_0', offset: 120 });
});

it('shows an error that failures tell already once, as the failure', async () => {
  const printed = { ...WARNING, level: 'error', text: TORCH, count: 2 } as const;
  const snapshot = madeSnapshot({ items: 40, failed: { 3: TORCH, 5: TORCH }, problems: [printed] });
  const { rerender } = await render(<ProblemList snapshot={snapshot} />);
  await expect.element(page.getByRole('heading', { name: /^Missing module/ })).toBeVisible();
  expect(page.getByRole('heading', { name: /errors in the logs/i }).elements()).toEqual([]);
  // Printed once more than items failed: something came through it.
  await rerender(
    <ProblemList
      snapshot={madeSnapshot({ items: 40, failed: { 3: TORCH, 5: TORCH }, problems: [{ ...printed, count: 3 }] })}
    />,
  );
  await expect.element(page.getByRole('heading', { name: /^Other errors in the logs/ })).toBeVisible();
});
