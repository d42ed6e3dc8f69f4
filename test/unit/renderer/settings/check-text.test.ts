import { describe, expect, it } from 'vitest';
import { checkText } from '../../../../renderer/settings/check-text.ts';

const days = { toChange: (value: unknown) => ({ retentionDays: value }), isNumber: true, isOptional: true };
const folder = {
  toChange: (value: unknown) => ({ defaults: { output: value } }),
  isNumber: false,
  isOptional: true,
};

describe('a text that is typed into a setting', () => {
  it('becomes a change', () => {
    expect(checkText(' 30 ', days)).toEqual({ change: { retentionDays: 30 } });
    expect(checkText('', days)).toEqual({ change: { retentionDays: null } });
    expect(checkText('/data/out', folder)).toEqual({ change: { defaults: { output: '/data/out' } } });
  });

  it('or is complained about in words', () => {
    for (const text of ['x', '0', '1.5', '1e3', '-'])
      expect(checkText(text, days)).toEqual({ complaint: 'Give a whole number of days from 1 to 3650.' });
    expect(checkText('out', folder)).toEqual({ complaint: 'Give the whole path, from the root of the disk on.' });
    expect(checkText('', { ...days, isOptional: false, toChange: (value) => ({ stopGraceSeconds: value }) })).toEqual({
      complaint: 'Give seconds from 0 to 600.',
    });
  });
});
