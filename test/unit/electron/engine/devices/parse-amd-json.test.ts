import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { amdBytes, amdNumber, parseAmdCards } from '../../../../../electron/engine/devices/amd-devices.ts';
import { recorded } from '../../../../helpers/stand-in-tools.ts';

describe('an answer of amd-smi', () => {
  it('has its cards in a list, in "gpu_data", or behind a warning', () => {
    expect(parseAmdCards('[{"gpu": 0}]')).toEqual([{ gpu: 0 }]);
    expect(parseAmdCards('{"gpu_data": [{"gpu": 1}]}')).toEqual([{ gpu: 1 }]);
    expect(parseAmdCards(recorded('amd-smi/radeon-and-apu/list.json'))).toHaveLength(2);
  });

  it('has no cards when it is anything else', () => {
    for (const text of ['', 'null', '7', '{}', '{"gpu_data": 3}', '[', 'ERROR: no driver'])
      expect(parseAmdCards(text)).toEqual([]);
    const list = fc.property(fc.oneof(fc.string(), fc.json()), (text) => Array.isArray(parseAmdCards(text)));
    expect(() => fc.assert(list)).not.toThrow();
  });
});

describe('a value of amd-smi', () => {
  it('is a bare number, digits in a text, or a number with its unit', () => {
    expect(amdNumber(7)).toBe(7);
    expect(amdNumber('22')).toBe(22);
    expect(amdNumber({ value: 42.5, unit: '%' })).toBe(42.5);
    expect(amdNumber('N/A', undefined, { value: 'N/A' }, 5)).toBe(5);
  });

  it('is null where there is no number, never 0', () => {
    for (const value of ['N/A', '', null, undefined, {}, { value: 'N/A', unit: 'W' }, [3], true]) {
      expect(amdNumber(value)).toBeNull();
      expect(amdBytes(value)).toBeNull();
    }
    const onlyZeros = fc.property(fc.string(), (text) => amdNumber(text) !== 0 || /^-?0+(\.0+)?$/.test(text.trim()));
    expect(() => fc.assert(onlyZeros)).not.toThrow();
  });

  it('is bytes by its unit, of which MB is 2^20', () => {
    expect(amdBytes({ value: 196592, unit: 'MB' })).toBe(196592 * 2 ** 20);
    expect(amdBytes({ value: 24, unit: 'GB' })).toBe(24 * 2 ** 30);
    expect(amdBytes({ value: 24, unit: 'parsec' })).toBeNull();
  });
});
