import { describe, expect, test } from 'vitest';
import { findItem } from '../../../../../electron/cli/logs/find-item.ts';
import type { RunState } from '../../../../../shared/run/run-model.ts';
import { madeState } from '../../../../helpers/make-run.ts';
import { plainItem, tableOf } from '../../../../helpers/plain-items.ts';

/** Two steps; the second one's files come from the first one's. */
function twoSteps(files: readonly string[], later: readonly [file: string, origin: string][]): RunState {
  const state = madeState({ items: Math.max(files.length, later.length) });
  const [first] = state.steps;
  const [blank] = first?.items ?? [];
  if (first === undefined || blank === undefined) throw new Error('A made run has a step with items');
  const items = tableOf(files.map((file, item) => ({ ...plainItem(blank), item, file, origin: file })));
  const second = tableOf(later.map(([file, origin], item) => ({ ...plainItem(blank), item, file, origin })));
  return {
    ...state,
    steps: [
      { ...first, items },
      { ...first, step: 2, items: second },
    ],
  };
}

const STATE = twoSteps(
  ['/data/a/one.fa', '/data/b/one.fa', '/data/a/two.fa', '/data/twenty-two.fa'],
  [['/out/two.npy', '/data/a/two.fa']],
);

function found(text: string, step: number | null = null): string {
  const result = findItem(STATE, { text, step, workingDirectory: '/data/b' });
  if (!result.ok) return `${result.error.message} ${result.error.advice}`;
  return `${result.value.step.step} ${result.value.item.file}`;
}

describe('finding an item', () => {
  test('by path, absolute or from here', () => {
    expect(found('/data/a/one.fa')).toBe('1 /data/a/one.fa');
    expect(found('one.fa')).toBe('1 /data/b/one.fa');
    expect(found('../a/one.fa')).toBe('1 /data/a/one.fa');
  });

  test('by bare name, and a name is meant before the end of another', () => {
    expect(found('two.fa')).toBe('1 /data/a/two.fa');
  });

  test('by the end of a path', () => {
    expect(found('a/two.fa')).toBe('1 /data/a/two.fa');
    expect(found('ty-two.fa')).toBe('1 /data/twenty-two.fa');
  });

  test('in a later step by the file of the run that it comes from', () => {
    expect(found('two.npy')).toBe('2 /out/two.npy');
    expect(found('two.fa', 2)).toBe('2 /out/two.npy');
  });

  test('asks for more where several end so, and names them', () => {
    expect(found('e.fa')).toBe('2 items match "e.fa": /data/a/one.fa, /data/b/one.fa. Give more of the path.');
  });

  test('says what is near to a name that is not there', () => {
    expect(found('tow.fa')).toContain('Did you mean "two.fa"?');
    expect(found('three.fa', 2)).toContain('Step 2 of this run has no item "three.fa"');
  });
});
