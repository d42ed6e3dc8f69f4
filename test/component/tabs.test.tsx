import { useState } from 'react';
import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { type Tab, Tabs } from '../../renderer/parts/tabs.tsx';

const WORKERS = Array.from(
  { length: 40 },
  (_, rank): Tab => ({ id: `worker_${rank}`, label: `Worker ${rank}`, group: 'workers' }),
);
const TABS: readonly Tab[] = [
  ...WORKERS,
  { id: 'items', label: 'Items', group: 'others' },
  { id: 'summary', label: 'Summary', group: 'others' },
];

function Held() {
  const [selected, setSelected] = useState('worker_0');
  return (
    <>
      <button type="button">Before</button>
      <Tabs name="Views" tabs={TABS} selected={selected} onSelect={setSelected}>
        <button type="button">In {selected}</button>
      </Tabs>
    </>
  );
}

const tab = (name: string) => page.getByRole('tab', { name, exact: true });

it('Tab enters at the selected tab and leaves to its panel, whatever number of tabs there is', async () => {
  await render(<Held />);
  await userEvent.click(page.getByRole('button', { name: 'Before' }));
  await userEvent.keyboard('{Tab}');
  await expect.element(tab('Worker 0')).toHaveFocus();
  await userEvent.keyboard('{Tab}');
  await expect.element(page.getByRole('button', { name: 'In worker_0' })).toHaveFocus();
});

it('arrows, Home and End select, and go around at the ends', async () => {
  await render(<Held />);
  await userEvent.click(tab('Worker 0'));
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(tab('Worker 1')).toHaveFocus();
  await expect.element(tab('Worker 1')).toHaveAttribute('aria-selected', 'true');
  await expect.element(page.getByRole('tabpanel')).toHaveAccessibleName('Worker 1');
  await userEvent.keyboard('{ArrowLeft}{ArrowLeft}');
  await expect.element(tab('Summary')).toHaveFocus();
  await userEvent.keyboard('{ArrowRight}');
  await expect.element(tab('Worker 0')).toHaveFocus();
  await userEvent.keyboard('{End}');
  await expect.element(tab('Summary')).toHaveFocus();
  await userEvent.keyboard('{Home}');
  await expect.element(page.getByRole('button', { name: 'In worker_0' })).toBeInTheDocument();
});

it('the selected tab is scrolled into its row, and one tab alone is a stop of the keyboard', async () => {
  await render(<Held />);
  await userEvent.click(tab('Items'));
  await userEvent.keyboard('{ArrowLeft}');
  await expect.element(tab('Worker 39')).toHaveFocus();
  const row = tab('Worker 39').element().parentElement?.getBoundingClientRect();
  const shown = tab('Worker 39').element().getBoundingClientRect();
  expect(shown.right).toBeLessThanOrEqual(Math.ceil(row?.right ?? 0));
  expect(shown.left).toBeGreaterThanOrEqual(Math.floor(row?.left ?? Number.POSITIVE_INFINITY));
  expect(
    page
      .getByRole('tab')
      .elements()
      .filter((element) => element.getAttribute('tabindex') === '0'),
  ).toHaveLength(1);
});
