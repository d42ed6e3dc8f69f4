import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ItemState, ItemStatus } from '../../../../shared/items/item.ts';
import { ItemTable } from '../../../../shared/items/item-table.ts';
import { failure } from '../../../../shared/run/failure.ts';
import type { ItemRecord } from '../../../../shared/run/run-events.ts';
import { plainItem } from '../../../helpers/plain-items.ts';

/** The same items as objects: what the table is to be like. */
type Model = { -readonly [Key in keyof ItemState]: ItemState[Key] };
/** Something that is done to both. */
type Move = (table: ItemTable, model: Model[]) => void;

const amount = fc.double({ min: 0, max: 1e15, noNaN: true });
const name = fc.constantFrom('a', 'b', 'a.txt', 'é', '語');
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => `/${parts.join('/')}`);

function record(item: fc.Arbitrary<number>): fc.Arbitrary<ItemRecord> {
  const parts = { item, file: path, size: amount, mtime_ms: amount, cost: amount, relative_dir: name, origin: path };
  const joined = fc.option(fc.dictionary(fc.constantFrom('left', 'right'), path), { nil: undefined });
  return fc.record({ ...parts, joined, itself: fc.boolean() }).map(({ itself, joined: files, origin, ...rest }) => ({
    ...rest,
    origin: itself ? rest.file : origin,
    ...(files === undefined ? {} : { joined: files }),
  }));
}

function newItem(given: ItemRecord): Model {
  return {
    ...given,
    status: 'pending',
    attempts: 0,
    rank: null,
    spans: [],
    report_offset: 0,
    seconds: null,
    outputs: [],
    failure: null,
  };
}

const add: fc.Arbitrary<Move> = record(fc.constant(0)).map((given) => (table, model) => {
  const added = { ...given, item: model.length };
  table.add(added);
  model.push(newItem(added));
});

/** A change of one of the items that are there. */
function change<T>(
  value: fc.Arbitrary<T>,
  move: (table: ItemTable, item: Model, value: T) => void,
): fc.Arbitrary<Move> {
  return fc.tuple(fc.nat(), value).map(([place, given]) => (table, model) => {
    const item = model[place % Math.max(1, model.length)];
    if (item !== undefined) move(table, item, given);
  });
}

const status = fc.constantFrom<ItemStatus[]>('pending', 'running', 'complete', 'failed', 'skipped');
const attempt = fc.record({ rank: fc.nat(70), log_offset: fc.maxSafeNat(), report_offset: fc.maxSafeNat() });

const move: fc.Arbitrary<Move> = fc.oneof(
  { weight: 4, arbitrary: add },
  change(status, (table, item, value) => {
    table.setStatus(item.item, value);
    item.status = value;
  }),
  change(fc.nat(), (table, item, value) => {
    table.setAttempts(item.item, value);
    item.attempts = value;
  }),
  change(fc.nat(70), (table, item, value) => {
    table.setRank(item.item, value);
    item.rank = value;
  }),
  change(fc.option(amount), (table, item, value) => {
    table.setSeconds(item.item, value);
    item.seconds = value;
  }),
  change(fc.array(path, { maxLength: 3 }), (table, item, value) => {
    table.setOutputs(item.item, value);
    item.outputs = value;
  }),
  change(fc.option(fc.string()), (table, item, value) => {
    const why = value === null ? null : failure('exit-code', value);
    table.setFailure(item.item, why);
    item.failure = why;
  }),
  change(attempt, (table, item, value) => {
    table.beginAttempt(item.item, value);
    item.attempts += 1;
    item.rank = value.rank;
    item.report_offset = value.report_offset;
    item.spans = [...item.spans, [value.rank, value.log_offset, null]];
  }),
  change(fc.maxSafeNat(), (table, item, value) => {
    table.endSpan(item.item, value);
    const last = item.spans.at(-1);
    if (last !== undefined) item.spans = [...item.spans.slice(0, -1), [last[0], last[1], value]];
  }),
  change(record(fc.constant(0)), (table, item, value) => {
    const changed = { ...value, item: item.item };
    table.update(changed);
    delete item.joined;
    Object.assign(item, changed);
  }),
);

test('the table tells of every item what a list of objects would', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 120 }), (moves) => {
      const table = new ItemTable();
      const model: Model[] = [];
      for (const make of moves) make(table, model);
      expect(table.length).toBe(model.length);
      expect(Array.from(table, plainItem)).toEqual(model);
      expect(model.map(({ item }) => table.outputCount(item))).toEqual(model.map(({ outputs }) => outputs.length));
      for (const { file } of model) expect(table.find(file)).toBe(model.findIndex((item) => item.file === file));
    }),
  );
});

test('a view tells what the table has now', () => {
  const table = new ItemTable();
  table.add({ item: 0, file: '/a', size: 1, mtime_ms: 2, cost: 3, relative_dir: '', origin: '/a' });
  const item = table.at(0);
  table.setStatus(0, 'complete');
  expect(item?.status).toBe('complete');
});

test('there is nothing beyond the items', () => {
  const table = new ItemTable();
  expect([table.at(0), table.at(-1), table.find('/a')]).toEqual([undefined, undefined, -1]);
  table.update({ item: 0, file: '/a', size: 1, mtime_ms: 2, cost: 3, relative_dir: '', origin: '/a' });
  expect(table.length).toBe(0);
});
