import { useState } from 'react';
import { describe, expect, it } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { parameterComplaint } from '../../renderer/launch/check-parameter.ts';
import { fieldProblem } from '../../renderer/launch/field-problems.ts';
import { ParameterField } from '../../renderer/launch/parameter-field.tsx';
import type { Parameter } from '../../shared/pipeline/pipeline.ts';
import { RUN } from './rig/made-snapshot.ts';
import { ServedLog } from './rig/served-log.ts';

const KMER: Parameter = { type: 'integer', title: 'Length of a k-mer', minimum: 1, maximum: 8, default: 4 };
const SCALE: Parameter = { type: 'choice', title: 'Scale', choices: ['linear', 'log'], default: 'linear' };

const { client } = new ServedLog({ run: RUN, source: 'worker_0', step: 1 });

/** The field as the form holds it: what is typed is checked at once. */
function Held({ parameter, first }: { parameter: Parameter; first: string }) {
  const [value, setValue] = useState(first);
  const complaint = parameterComplaint(parameter, value);
  const problem = complaint === null ? undefined : fieldProblem(complaint);
  return (
    <ParameterField
      client={client}
      name="p"
      parameter={parameter}
      value={value}
      problem={problem}
      onChange={setValue}
    />
  );
}

describe('the field of a number', () => {
  it('says its limits before anything is typed, and ties them to the field for screen readers', async () => {
    await render(<Held parameter={KMER} first="4" />);
    const field = page.getByLabelText('Length of a k-mer');
    await expect.element(field).toHaveAccessibleDescription('A whole number from 1 to 8.');
    await expect.element(field).not.toHaveAttribute('aria-invalid', 'true');
  });

  it('says beside it what is wrong, and keeps what was typed', async () => {
    await render(<Held parameter={KMER} first="4" />);
    const field = page.getByLabelText('Length of a k-mer');
    for (const typed of ['9', '0', '-1', '2.5', 'four', '']) {
      await userEvent.fill(field, typed);
      await expect.element(field).toHaveValue(typed);
      await expect.element(field).toHaveAttribute('aria-invalid', 'true');
      await expect.element(field).toHaveAccessibleDescription(/Give a whole number from 1 to 8\./);
    }
    const note = page
      .getByText(/Give a whole number/)
      .element()
      .getBoundingClientRect();
    const control = field.element().getBoundingClientRect();
    expect(note.top).toBeGreaterThanOrEqual(control.bottom);
    expect(note.top - control.bottom).toBeLessThan(control.height);
  });

  it('takes the limits themselves, and does not move when its message comes and goes', async () => {
    const { container } = await render(<Held parameter={KMER} first="4" />);
    const field = page.getByLabelText('Length of a k-mer');
    const height = container.getBoundingClientRect().height;
    await userEvent.fill(field, '99');
    await expect.element(field).toHaveAttribute('aria-invalid', 'true');
    expect(container.getBoundingClientRect().height).toBe(height);
    for (const limit of ['1', '8']) {
      await userEvent.fill(field, limit);
      await expect.element(field).toHaveAttribute('aria-invalid', 'false');
    }
    expect(container.getBoundingClientRect().height).toBe(height);
  });
});

describe('the field of a choice', () => {
  it('offers what there is, and shows a value that is none of it as it is', async () => {
    await render(<Held parameter={SCALE} first="cubic" />);
    const field = page.getByLabelText('Scale');
    await expect.element(field).toHaveValue('cubic');
    await expect.element(field).toHaveAccessibleDescription(/Choose one of linear, log\./);
    await userEvent.selectOptions(field, 'log');
    await expect.element(field).toHaveValue('log');
    await expect.element(field).toHaveAttribute('aria-invalid', 'false');
    await expect.element(page.getByText('cubic')).not.toBeInTheDocument();
  });
});
