import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { StepList } from '../../renderer/run/step-list.tsx';
import '../../renderer/run/run-view.css';
import { madeSnapshot, stepOf } from './rig/made-snapshot.ts';

it('shows every step in a narrow window, and makes it no wider', async () => {
  await page.viewport(588, 600);
  const step = stepOf(madeSnapshot({ items: 4 }));
  const names = ['chunk', 'translate', 'dnabert-s-embedding', 'esm2-embedding', 'merge-features'];
  const steps = names.map((name, index) => ({ ...step, step: index + 1, name }));
  await render(<StepList run="running" steps={steps} selected={5} onSelect={() => undefined} />);
  const buttons = page.getByRole('button').elements();
  expect(buttons).toHaveLength(5);
  for (const button of buttons) expect(button.getBoundingClientRect().right).toBeLessThanOrEqual(588);
  expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(588);
});
