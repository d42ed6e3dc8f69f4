import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  makeRunId,
  PIPELINE_NAME_PATTERN,
  RUN_ID_PATTERN,
  RUN_PREFIX_PATTERN,
  stepFolder,
  WORKER_ID_PATTERN,
  workerId,
} from '../../../shared/ids.ts';

/** Moments with four-digit years. */
const moment = fc.date({ min: new Date('2000-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
/** What Math.random gives, the ends of its range included. */
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('a run id is the moment of launch in UTC, milliseconds before the random part', () => {
  expect(makeRunId(new Date('2026-11-21T05:15:00.123Z'), () => 0.999)).toBe('20261121-051500-123-zzzz');
});

test('every run id is a legal one and sorts by time', () => {
  fc.assert(
    fc.property(moment, moment, random, (one, other, value) => {
      const ids = [one, other].map((now) => makeRunId(now, () => value));
      for (const id of ids) expect(id).toMatch(RUN_ID_PATTERN);
      const byTime = one.getTime() <= other.getTime() ? ids : ids.toReversed();
      expect(ids.toSorted()).toEqual(byTime);
    }),
  );
});

test('every beginning of a run id may be typed for it', () => {
  const id = makeRunId(new Date('2026-11-21T05:15:00.123Z'), () => 0.5);
  for (let length = 1; length <= id.length; length += 1) expect(id.slice(0, length)).toMatch(RUN_PREFIX_PATTERN);
});

test.each(['..', '../x', '2026/1', '2026\\1', '/etc', '', ' 2026', '2026\n', '20261121-051500-123-k3f9x', '%2e'])(
  '%j is neither a run id nor the beginning of one',
  (text) => {
    expect(text).not.toMatch(RUN_ID_PATTERN);
    expect(text).not.toMatch(RUN_PREFIX_PATTERN);
  },
);

test.each(['worker_00', 'worker_', 'worker_-1', 'worker_0/..', 'worker_0\n', 'worker_1234567'])(
  '%j is no worker id',
  (text) => {
    expect(text).not.toMatch(WORKER_ID_PATTERN);
  },
);

test('ranks and steps have names that are safe in a path', () => {
  expect(workerId(12)).toMatch(WORKER_ID_PATTERN);
  expect([stepFolder(1), stepFolder(1000)]).toEqual(['step_001', 'step_1000']);
});

test.each(['..', 'a/b', 'A', 'a b', '', 'a.json'])('%j is no name of a pipeline', (text) => {
  expect(text).not.toMatch(PIPELINE_NAME_PATTERN);
});
