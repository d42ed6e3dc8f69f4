import { expect, it } from 'vitest';
import { clockTime, itemRate, roughTime, shortTime } from '../../../shared/format.ts';

it.each([
  [null, '-'],
  [0, '0.00/s'],
  [1234.5, '1235/s'],
  [12.34, '12.3/s'],
  [0.5, '0.500/s'],
  [0.05, '3.00/min'],
  [0.001, '3.60/h'],
])('a rate of %s items per second reads %s', (rate, text) => {
  expect(itemRate(rate)).toBe(text);
});

it.each([
  [0.0451, '45 ms'],
  [2.14, '2.1 s'],
  [185.4, '185 s'],
])('an item that took %s seconds reads %s', (seconds, text) => {
  expect(shortTime(seconds)).toBe(text);
});

it.each([
  [0.2, '1 s'],
  [59.4, '1 min 00 s'],
  [185, '3 min 05 s'],
  [93_840, '26 h 04 min'],
])('%s seconds to wait read %s', (seconds, text) => {
  expect(roughTime(seconds)).toBe(text);
});

it('a clock time is local, and dashes for what is no time', () => {
  expect(clockTime(new Date(2026, 10, 21, 5, 15, 2).toISOString())).toBe('05:15:02');
  expect(clockTime('soon')).toBe('--:--:--');
});
