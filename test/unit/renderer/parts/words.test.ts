import { describe, expect, it } from 'vitest';
import { retryDelay } from '../../../../renderer/engine-client/connection.ts';
import { counted, shownNumber } from '../../../../renderer/parts/count.ts';
import { shownBytes } from '../../../../renderer/parts/shown-bytes.ts';
import { statusWithin } from '../../../../renderer/parts/status-words.ts';
import { tabAfterKey } from '../../../../renderer/parts/tab-after-key.ts';
import { when } from '../../../../renderer/parts/when.ts';

it('nothing within an interrupted run is told as under way, and what has ended stays as it ended', () => {
  const parts = ['starting', 'running', 'stopping', 'completed', 'failed', 'pending'] as const;
  const interrupted = ['interrupted', 'interrupted', 'interrupted', 'completed', 'failed', 'pending'];
  expect(parts.map((part) => statusWithin('interrupted', part))).toEqual(interrupted);
  expect(parts.map((part) => statusWithin('running', part))).toEqual(parts);
});

describe('numbers for people', () => {
  it.each([
    [0, '0 bytes'],
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1000 bytes'],
    [1_024, '1.0 KiB'],
    [1_500_000, '1.4 MiB'],
    [48 * 1024 ** 3, '48.0 GiB'],
    [227_633_266_688, '212 GiB'],
  ])('%i bytes are %s', (bytes, text) => {
    expect(shownBytes(bytes)).toBe(text);
  });

  it('groups digits and counts nouns', () => {
    expect(shownNumber(100_000)).toBe('100,000');
    expect([counted(1, 'item'), counted(0, 'item')]).toEqual(['1 item', '0 items']);
  });
});

describe('a moment for people', () => {
  const now = new Date(2026, 10, 21, 12, 0).getTime();
  const local = (...parts: [number, number, number, number, number]): string => new Date(...parts).toISOString();

  it.each([
    [local(2026, 10, 21, 5, 15), '05:15'],
    [local(2026, 10, 20, 5, 15), 'Nov 20, 05:15'],
    [local(2025, 10, 20, 5, 15), 'Nov 20, 2025, 05:15'],
    ['no time', ''],
  ])('%s is %s', (iso, text) => {
    expect(when(iso, now)).toBe(text);
  });
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
