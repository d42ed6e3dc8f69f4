import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ItemColumn, selectItems } from '../../../../renderer/run/select-items.ts';
import type { ItemState, ItemStatus } from '../../../../shared/items/item.ts';
import { tableOf } from '../../../helpers/plain-items.ts';

const item = (number: number, change: Partial<ItemState> = {}): ItemState => ({
  item: number,
  file: `/in/file-${number}.fa`,
  size: 100,
  mtime_ms: 0,
  cost: 1,
  relative_dir: '',
  origin: `/in/file-${number}.fa`,
  status: 'pending',
  attempts: 0,
  rank: null,
  spans: [],
  report_offset: 0,
  seconds: null,
  outputs: [],
  failure: null,
  ...change,
});
const all = { status: null, text: '', sort: 'item', descending: false } as const;

describe('which items are shown', () => {
  const items = tableOf([
    item(0, { status: 'complete' }),
    item(1, { status: 'failed', file: '/in/Genome.fa' }),
    item(2),
  ]);

  it('is all of them at first', () => {
    expect(selectItems(items, all)).toEqual([0, 1, 2]);
  });

  it('depends on the state', () => {
    expect(selectItems(items, { ...all, status: 'failed' })).toEqual([1]);
  });

  it('depends on a part of the path, whatever the case', () => {
    expect(selectItems(items, { ...all, text: ' genOME ' })).toEqual([1]);
  });

  it('depends on a part that reaches over folder and name', () => {
    expect(selectItems(items, { ...all, text: 'IN/file-2' })).toEqual([2]);
  });
});

describe('the order of items', () => {
  it('puts failures first by state', () => {
    const items = tableOf(
      (['complete', 'pending', 'failed', 'running'] as const).map((status, number) => item(number, { status })),
    );
    expect(selectItems(items, { ...all, sort: 'status' })).toEqual([2, 3, 1, 0]);
  });

  it('puts numbers in names in the order of their values', () => {
    const items = tableOf([item(0, { file: 'a10' }), item(1, { file: 'a9' })]);
    expect(selectItems(items, { ...all, sort: 'file' })).toEqual([1, 0]);
  });

  it('puts what is unknown last, in both directions', () => {
    const items = tableOf([item(0), item(1, { seconds: 2 }), item(2, { seconds: 1 })]);
    expect(selectItems(items, { ...all, sort: 'seconds' })).toEqual([2, 1, 0]);
    expect(selectItems(items, { ...all, sort: 'seconds', descending: true })).toEqual([1, 2, 0]);
  });

  it('shows the same items whatever the order', () => {
    const statuses = fc.constantFrom<ItemStatus>('pending', 'running', 'complete', 'failed', 'skipped');
    const columns = fc.constantFrom<ItemColumn>('item', 'file', 'status', 'attempts', 'rank', 'seconds', 'size');
    const made = fc.array(fc.record({ status: statuses, seconds: fc.option(fc.nat()), size: fc.nat({ max: 3 }) }));
    fc.assert(
      fc.property(made, columns, fc.boolean(), (changes, sort, descending) => {
        const items = tableOf(changes.map((change, number) => item(number, change)));
        const shown = selectItems(items, { ...all, sort, descending });
        expect(shown.sort((a, b) => a - b)).toEqual([...changes.keys()]);
      }),
    );
  });

  it('puts very many names in the order of their characters, both ways', () => {
    const many = Array.from({ length: 20_050 }, (_, number) =>
      item(number, { file: `/in/${number % 7}/${number}.fa` }),
    );
    const names = many.map(({ file }) => file).sort();
    const items = tableOf(many);
    const shown = (descending: boolean): string[] =>
      selectItems(items, { ...all, sort: 'file', descending }).map((number) => items.file(number));
    expect(shown(false)).toEqual(names);
    expect(shown(true)).toEqual(names.toReversed());
  });
});
