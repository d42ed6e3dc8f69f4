import { useState } from 'react';
import { expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { BeginChoice } from '../../renderer/launch/begin-choice.tsx';
import { checkDraft, chosenCount, EMPTY_DRAFT, type LaunchDraft } from '../../renderer/launch/form-draft.ts';
import type { Device } from '../../shared/device.ts';

const GPUS: Device[] = [0, 1, 2].map((index) => ({
  kind: 'nvidia',
  index,
  uuid: `GPU-${index}`,
  name: 'NVIDIA H100',
  memory_total: null,
  memory_used: null,
  memory_free: null,
  utilization: null,
  temperature: null,
  power: null,
  driver: null,
  parent_index: null,
  unified_memory: false,
  processes: [],
}));

/** The choice as the form holds it: what is typed is checked at once. */
function Held({ isUsed = false, first = {} }: { isUsed?: boolean; first?: Partial<LaunchDraft> }) {
  const [draft, setDraft] = useState<LaunchDraft>({ ...EMPTY_DRAFT, ...first });
  const checked = checkDraft(draft, { pipelines: [], devices: GPUS, workingDirectory: '/' });
  return (
    <BeginChoice
      draft={draft}
      chosen={chosenCount(draft, GPUS)}
      isUsed={isUsed}
      problems={checked.ok ? {} : checked.error}
      onChange={(change) => setDraft((before) => ({ ...before, ...change }))}
    />
  );
}

it('starts at once unless something else is chosen, and can be chosen with the keyboard alone', async () => {
  await render(<Held />);
  const group = page.getByRole('group', { name: 'Start' });
  await expect.element(group.getByRole('radio', { name: 'Start now' })).toBeChecked();
  await userEvent.tab();
  await userEvent.keyboard('{ArrowDown}');
  await expect.element(group.getByRole('radio', { name: 'When these devices are free' })).toBeChecked();
  await expect.element(group).toHaveAccessibleDescription(/It waits in the queue/);
});

it('asks how many devices are enough only where any of them are, and says at once what fits', async () => {
  await render(<Held />);
  const count = page.getByLabelText('N, how many are enough');
  expect(count.elements()).toEqual([]);
  await userEvent.click(page.getByRole('radio', { name: 'When any N devices are free' }));
  await expect.element(count).toHaveValue('1');
  await expect.element(count).toHaveAccessibleDescription('A whole number from 1 to 3.');
  for (const typed of ['0', '4', '1.5', '']) {
    await userEvent.fill(count, typed);
    await expect.element(count).toHaveAttribute('aria-invalid', 'true');
    await expect.element(count).toHaveAccessibleDescription(/Give a whole number from 1 to 3\./);
  }
  await userEvent.fill(count, '3');
  await expect.element(count).toHaveAttribute('aria-invalid', 'false');
});

it('offers to share a device only where another run has it, and keeps a choice in sight that was made', async () => {
  const { rerender } = await render(<Held />);
  const share = page.getByRole('radio', { name: 'Start now, beside the others' });
  expect(share.elements()).toEqual([]);
  await rerender(<Held isUsed />);
  await userEvent.click(share);
  await rerender(<Held />);
  await expect.element(share).toBeChecked();
  await expect.element(page.getByText(/may need more memory/)).toBeVisible();
});

it('offers no number of devices where one is chosen', async () => {
  await render(<Held first={{ devices: ['1'] }} />);
  await expect.element(page.getByRole('radio', { name: 'When this device is free' })).toBeVisible();
  expect(page.getByRole('radio', { name: 'When any N devices are free' }).elements()).toEqual([]);
});
