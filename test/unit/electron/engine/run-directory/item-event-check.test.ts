import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isItemEvent } from '../../../../../electron/engine/run-directory/read-journal.ts';
import { runEventSchema } from '../../../../../shared/run/run-events.ts';
import { legalJournal } from '../../../../helpers/legal-journal.ts';

const ITEM_EVENTS = ['items', 'dispatching', 'dispatched', 'item-complete'];

test('the events of every item are recognised without the schema, and no others', () => {
  fc.assert(
    fc.property(legalJournal, ({ events }) => {
      for (const event of events) expect(isItemEvent(event)).toBe(ITEM_EVENTS.includes(event.type));
    }),
  );
});

test('nothing is recognised that the schema would refuse', () => {
  const common = {
    time: '2026-11-21T05:15:00.000Z',
    step: 1,
    rank: 0,
    items: [1],
    item: 1,
    log_offset: 5,
    report_offset: 5,
    seconds: 1.5,
    outputs: ['/a'],
    metrics: {},
  };
  const value = fc.oneof(fc.jsonValue(), fc.integer({ min: -2, max: 2 }), fc.double(), fc.constant(undefined));
  const changed = fc
    .record({ type: fc.constantFrom(...ITEM_EVENTS), key: fc.constantFrom(...Object.keys(common)), value })
    .map(({ type, key, value: found }) => ({ ...common, type, [key]: found }));
  fc.assert(
    fc.property(fc.oneof(changed, fc.jsonValue()), (event) => {
      expect(isItemEvent(event) && !runEventSchema.safeParse(event).success).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});
