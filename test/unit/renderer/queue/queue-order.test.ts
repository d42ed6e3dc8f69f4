import { expect, it } from 'vitest';
import { placeBefore } from '../../../../renderer/queue/queue-order.ts';
import type { QueuePlace } from '../../../../shared/contract/machine.ts';

/** Runs in capitals are of somebody else. */
const QUEUE = ['a', 'X', 'b', 'c', 'Y'].map((run) => ({ run, user: run === run.toUpperCase() ? 'anna' : null }));

it.each<[string, string, string | null, QueuePlace | null]>([
  ['before another one of one’s own', 'c', 'a', { before: 'a' }],
  ['before somebody else’s: before one’s next own', 'c', 'X', { before: 'b' }],
  ['before somebody else’s last one', 'a', 'Y', 'last'],
  ['at the end', 'a', null, 'last'],
  ['where it is', 'a', 'b', null],
  ['before itself', 'b', 'b', null],
  ['behind somebody else’s, where one’s own stay in their order', 'a', 'X', null],
  ['at the end, where it is one’s own last one already', 'c', null, null],
  ['before a run that has begun meanwhile', 'c', 'gone', null],
])('a run is put %s', (_, run, before, place) => {
  expect(placeBefore(QUEUE, run, before)).toEqual(place);
});
