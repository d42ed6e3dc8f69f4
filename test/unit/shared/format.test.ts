import { describe, expect, it } from 'vitest';
import { clockTime, cost, energy, itemRate, plural, roughTime, shortDate, shortTime } from '../../../shared/format.ts';

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

it('counts group their digits, and a noun follows its number', () => {
  expect([plural(1, 'item'), plural(0, 'item'), plural(12_480, 'item')]).toEqual(['1 item', '0 items', '12,480 items']);
});

it('a cost is whole where that loses nothing', () => {
  expect([cost(12_480), cost(1234.5), cost(0.5)]).toEqual(['12,480', '1,235', '0.500']);
});

it('an energy is told in the unit that shows it best', () => {
  expect([energy(310), energy(36_000), energy(9e6), energy(null)]).toEqual(['310 J', '10.0 Wh', '2.5 kWh', '-']);
});

describe('a date', () => {
  const now = new Date(2026, 10, 21, 12, 0).getTime();
  const local = (...parts: [number, number, number, number, number]): string => new Date(...parts).toISOString();

  it.each([
    [local(2026, 10, 21, 5, 15), '05:15'],
    [local(2026, 10, 20, 5, 15), 'Nov 20, 05:15'],
    [local(2025, 10, 20, 5, 15), 'Nov 20, 2025, 05:15'],
    ['no time', ''],
  ])('%s is %s', (iso, text) => {
    expect(shortDate(iso, now)).toBe(text);
  });
});
