import { describe, expect, it } from 'vitest';
import { ProblemKinds } from '../../../../../../electron/engine/logs/scan/classify-log-line.ts';
import { MAX_PROBLEM_KINDS } from '../../../../../../electron/engine/logs/scan/scan-limits.ts';
import { foldingKey } from '../../../../../../shared/folding-key.ts';

describe('ProblemKinds', () => {
  it('folds what differs only in numbers, addresses and ids', () => {
    expect(foldingKey('item 12 at 0x7fff12 took 1.5 s (run 3f9a01bc)')).toBe('item # at # took #.# s (run #)');
    const kinds = new ProblemKinds();
    kinds.add('warning', 'item 1 slow', 10);
    kinds.add('warning', 'item 2 slow', 20);
    kinds.add('error', 'item 3 slow', 30);
    expect(kinds.all()).toEqual([
      { level: 'warning', text: 'item 1 slow', count: 2, offset: 10 },
      { level: 'error', text: 'item 3 slow', count: 1, offset: 30 },
    ]);
  });

  it('keeps words that only look like hexadecimal numbers', () => {
    expect(foldingKey('effaced defaced')).toBe('effaced defaced');
  });

  it('tells only what changed since it was last asked', () => {
    const kinds = new ProblemKinds();
    kinds.add('error', 'a', 0);
    expect(kinds.takeChanged()).toHaveLength(1);
    expect(kinds.takeChanged()).toEqual([]);
    kinds.add('error', 'a', 5);
    expect(kinds.takeChanged()).toEqual([{ level: 'error', text: 'a', count: 2, offset: 0 }]);
  });

  it('keeps a bounded number of kinds and counts the others', () => {
    const kinds = new ProblemKinds();
    for (let index = 0; index < MAX_PROBLEM_KINDS + 30; index += 1) kinds.add('error', `${'x'.repeat(index)}!`, index);
    expect(kinds.all()).toHaveLength(MAX_PROBLEM_KINDS);
    expect(kinds.unlisted).toBe(30);
  });
});
