import { describe, expect, it } from 'vitest';
import { RunListFold } from '../../../../renderer/store/run-list-fold.ts';
import { listEntry } from '../list-entry.ts';

const change = { changed: [], removed: [], loaded: false };
const ids = (entries: readonly { run: string }[]): string[] => entries.map(({ run }) => run);

describe('the list of runs in the window', () => {
  it('has the newest first, in whatever order they are told', () => {
    const fold = new RunListFold();
    fold.apply({ ...change, changed: [listEntry('b')] });
    expect(ids(fold.apply({ ...change, changed: [listEntry('a'), listEntry('c')] }))).toEqual(['c', 'b', 'a']);
  });

  it('takes what changed and leaves what went', () => {
    const fold = new RunListFold();
    fold.apply({ ...change, changed: [listEntry('a'), listEntry('b')] });
    const entries = fold.apply({ ...change, changed: [listEntry('a', { status: 'failed' })], removed: ['/runs/p/b'] });
    expect(entries).toEqual([listEntry('a', { status: 'failed' })]);
  });

  it('keeps what an earlier watch knew until all has been told', () => {
    const fold = new RunListFold([listEntry('a'), listEntry('b')]);
    expect(ids(fold.apply({ ...change, changed: [listEntry('b')] }))).toEqual(['b', 'a']);
    expect(ids(fold.apply({ ...change, loaded: true }))).toEqual(['b']);
  });

  it('keeps sizes that were asked for', () => {
    const fold = new RunListFold([listEntry('a')]);
    expect(fold.setBytes([{ run: 'a', bytes: 12 }])[0]?.bytes).toBe(12);
    expect(fold.apply({ ...change, loaded: false })[0]?.bytes).toBe(12);
  });
});
