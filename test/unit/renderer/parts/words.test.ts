import { describe, expect, it } from 'vitest';
import { retryDelay } from '../../../../renderer/engine-client/connection.ts';
import { statusWithin } from '../../../../renderer/parts/status-words.ts';
import { tabAfterKey } from '../../../../renderer/parts/tab-after-key.ts';

it('nothing within an interrupted run is told as under way, and what has ended stays as it ended', () => {
  const parts = ['starting', 'running', 'stopping', 'completed', 'failed', 'pending'] as const;
  const interrupted = ['interrupted', 'interrupted', 'interrupted', 'completed', 'failed', 'pending'];
  expect(parts.map((part) => statusWithin('interrupted', part))).toEqual(interrupted);
  expect(parts.map((part) => statusWithin('running', part))).toEqual(parts);
});

describe('the tab that a key leads to', () => {
  const tabs = ['a', 'b', 'c'].map((id) => ({ id }));

  it.each([
    ['a', 'ArrowRight', 'b'],
    ['c', 'ArrowRight', 'a'],
    ['a', 'ArrowLeft', 'c'],
    ['b', 'Home', 'a'],
    ['b', 'End', 'c'],
    ['b', 'x', null],
  ])('from %s by %s is %s', (from, key, to) => {
    expect(tabAfterKey(tabs, from, key)).toBe(to);
  });
});

describe('the wait before another attempt to connect', () => {
  it('grows to a limit', () => {
    const delays = [0, 1, 2, 3, 10, 10_000].map(retryDelay);
    expect(delays).toEqual([300, 600, 1_200, 2_400, 5_000, 5_000]);
  });
});
