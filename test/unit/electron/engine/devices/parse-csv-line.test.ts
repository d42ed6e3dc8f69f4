import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  mebibytesOrNull,
  numberOrNull,
  parseCsvLine,
  textOrNull,
} from '../../../../../electron/engine/devices/nvidia-smi.ts';

const UNKNOWNS = [
  '[N/A]',
  '[Not Supported]',
  'Not Supported',
  'N/A',
  'ERR!',
  '[GPU is lost]',
  '[Unknown Error]',
  'Unknown Error',
  '[Insufficient Permissions]',
  '[GPU requires reset]',
  '',
];

describe('a figure of nvidia-smi', () => {
  it.each(UNKNOWNS)('that reads "%s" is unknown, never 0', (text) => {
    expect(numberOrNull(text)).toBeNull();
    expect(mebibytesOrNull(text)).toBeNull();
  });

  it('is the number that stands there', () => {
    expect(numberOrNull('0')).toBe(0);
    expect(numberOrNull('341.80')).toBe(341.8);
    expect(numberOrNull('-12')).toBe(-12);
    expect(mebibytesOrNull('24564')).toBe(24_564 * 1024 * 1024);
  });

  it('is unknown when it is a negative amount of memory, or beyond what a number holds', () => {
    expect(mebibytesOrNull('-1')).toBeNull();
    expect(numberOrNull('9'.repeat(400))).toBeNull();
  });

  it('is only ever a number where plain digits stand, whatever a driver prints', () => {
    const text = fc.oneof(fc.string(), fc.double().map(String), fc.constantFrom(...UNKNOWNS));
    const onlyDigits = fc.property(text, (said) => numberOrNull(said) === null || /^-?[\d.]+$/.test(said));
    const onlyZeros = fc.property(text, (said) => numberOrNull(said) !== 0 || /^-?0+(\.0+)?$/.test(said));
    expect(() => fc.assert(onlyDigits)).not.toThrow();
    expect(() => fc.assert(onlyZeros)).not.toThrow();
  });
});

describe('a line of nvidia-smi', () => {
  it('is split into its fields', () => {
    expect(parseCsvLine('0, GPU-1, NVIDIA RTX A6000, 49140', 4, 2)).toEqual([
      '0',
      'GPU-1',
      'NVIDIA RTX A6000',
      '49140',
    ]);
  });

  it('keeps the commas of its name', () => {
    expect(parseCsvLine('0, Vendor, Model X, 50', 3, 1)).toEqual(['0', 'Vendor, Model X', '50']);
    expect(parseCsvLine('7, /usr/bin/a, b, c', 2, 1)).toEqual(['7', '/usr/bin/a, b, c']);
  });

  it('is none when fields are missing', () => {
    expect(parseCsvLine('No devices were found', 3, 1)).toBeNull();
  });

  it('never throws, and gives exactly the fields asked for or nothing', () => {
    const fits = fc.property(fc.string(), fc.integer({ min: 1, max: 12 }), fc.nat(), (line, count, at) => {
      const fields = parseCsvLine(line, count, at % count);
      return fields === null || fields.length === count;
    });
    expect(() => fc.assert(fits)).not.toThrow();
  });

  it('gives back what was joined, whatever stands in the fields', () => {
    const field = fc.stringMatching(/^[\w/%[\]!.-]{1,20}$/);
    const same = fc.property(fc.array(field, { minLength: 1, maxLength: 12 }), (fields) => {
      return isDeepStrictEqual(parseCsvLine(fields.join(', '), fields.length, 0), fields);
    });
    expect(() => fc.assert(same)).not.toThrow();
  });
});

describe('a name of nvidia-smi', () => {
  it('is unknown when it is empty or in brackets', () => {
    expect(textOrNull('[N/A]')).toBeNull();
    expect(textOrNull('')).toBeNull();
    expect(textOrNull('python')).toBe('python');
  });
});
