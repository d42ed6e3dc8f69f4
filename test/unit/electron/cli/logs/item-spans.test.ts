import { describe, expect, test } from 'vitest';
import { itemSpans } from '../../../../../electron/cli/logs/item-spans.ts';
import type { ItemState } from '../../../../../shared/items/item.ts';
import type { Dispatch } from '../../../../../shared/pipeline/pipeline.ts';
import type { StepState } from '../../../../../shared/run/run-model.ts';
import { madeState } from '../../../../helpers/make-run.ts';
import { plainItem, tableOf } from '../../../../helpers/plain-items.ts';

/** A step of two workers whose items have the spans and states given. */
function step(dispatch: Dispatch, items: [status: ItemState['status'], spans: ItemState['spans']][]): StepState {
  const made = madeState({ items: items.length }).steps[0];
  if (made === undefined) throw new Error('A made run has a step');
  const changed = [...made.items].map((item, index) => {
    const [status, spans] = items[index] ?? [item.status, item.spans];
    return { ...plainItem(item), status, spans };
  });
  return { ...made, dispatch, items: tableOf(changed) };
}

function spansOf(made: StepState, index: number): ReturnType<typeof itemSpans> {
  const item = made.items.at(index);
  if (item === undefined) throw new Error(`There is no item ${index}`);
  return itemSpans(made, item);
}

describe('where attempts stand in the logs', () => {
  test('each attempt has its worker and its stretch', () => {
    const made = step('queue', [
      [
        'complete',
        [
          [1, 10, 50],
          [0, 200, 230],
        ],
      ],
    ]);
    expect(spansOf(made, 0)).toEqual([
      { attempt: 1, rank: 1, from: 10, to: 50 },
      { attempt: 2, rank: 0, from: 200, to: 230 },
    ]);
  });

  test('an attempt under way has no end yet', () => {
    expect(spansOf(step('queue', [['running', [[0, 10, null]]]]), 0)).toMatchObject([{ from: 10, to: null }]);
  });

  test('an attempt that was cut off lasts until the worker begins something else', () => {
    const made = step('queue', [
      ['pending', [[0, 10, null]]],
      ['complete', [[0, 90, 120]]],
      ['complete', [[1, 40, 60]]],
    ]);
    expect(spansOf(made, 0)).toMatchObject([{ from: 10, to: 90 }]);
    made.workers[0]?.start_offsets.push(70);
    expect(spansOf(made, 0)).toMatchObject([{ from: 10, to: 70 }]);
  });

  test('with a whole list an item begins where the one before it ended', () => {
    const made = step('list', [
      ['complete', [[0, 5, 40]]],
      ['complete', [[0, 5, 90]]],
      ['running', [[0, 5, null]]],
      ['complete', [[1, 5, 70]]],
    ]);
    expect([...made.items].map((_, index) => spansOf(made, index)[0])).toMatchObject([
      { from: 5, to: 40 },
      { from: 40, to: 90 },
      { from: 90, to: null },
      { from: 5, to: 70 },
    ]);
  });
});
