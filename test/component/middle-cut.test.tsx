import fc from 'fast-check';
import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { MiddleCut } from '../../renderer/parts/middle-cut.tsx';

it('keeps the whole text, whatever it is made of', async () => {
  const screen = await render(<MiddleCut text="" />);
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 60 }), async (text) => {
      await screen.rerender(<MiddleCut text={text} />);
      expect(screen.container.textContent).toBe(text);
    }),
    { numRuns: 50 },
  );
});

it('leaves out the middle where the room does not suffice, and parts no letter from its marks', async () => {
  const text = `sample-with-a-long-name-n${'\u0301'.repeat(3)}-0123456789.fa`;
  await render(
    <div style={{ width: 160 }}>
      <MiddleCut text={text} />
    </div>,
  );
  const end = page
    .getByText(/456789\.fa/)
    .elements()
    .at(-1);
  expect(end?.textContent).not.toMatch(/^\p{M}/u);
  expect(end?.getBoundingClientRect().right).toBeLessThanOrEqual(168);
});

it('shows beginning and end in very little room', async () => {
  await render(
    <div style={{ width: 60, fontSize: 13 }}>
      <MiddleCut text="a-sample-with-a-long-name.trimmed.dedup.faa" />
    </div>,
  );
  const beginning = page
    .getByText(/^a-sample/)
    .elements()
    .at(-1);
  expect(beginning?.getBoundingClientRect().width).toBeGreaterThanOrEqual(28);
  const end = beginning?.nextElementSibling;
  expect(end?.getBoundingClientRect().right).toBeLessThanOrEqual(70);
  expect(end?.getBoundingClientRect().width).toBeGreaterThan(20);
});
