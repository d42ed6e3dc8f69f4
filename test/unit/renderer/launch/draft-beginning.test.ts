import { describe, expect, it } from 'vitest';
import { draftBeginning } from '../../../../renderer/launch/draft-beginning.ts';
import { EMPTY_DRAFT } from '../../../../renderer/launch/form-draft.ts';
import { DEFAULT_SETTINGS } from '../../../../shared/settings.ts';

const DEFAULTS = DEFAULT_SETTINGS.defaults;

describe('what the form begins with', () => {
  it('is the last draft alone, where nothing was chosen', () => {
    expect(draftBeginning(EMPTY_DRAFT, DEFAULTS, [])).toEqual({});
  });

  it('is the person’s defaults where the draft says nothing', () => {
    const defaults = { devices: '0, 2', retries: 0, workersPerDevice: 3, output: '/out' };
    expect(draftBeginning(EMPTY_DRAFT, defaults, [])).toEqual({
      devices: ['0', '2'],
      retries: '0',
      workersPerDevice: '3',
      output: '/out',
    });
    const draft = { ...EMPTY_DRAFT, retries: '7', output: '/mine', devices: ['1'], workersPerDevice: '1' };
    expect(draftBeginning(draft, defaults, [])).toEqual({});
  });

  it('takes a number of CPU slots for what it is', () => {
    expect(draftBeginning(EMPTY_DRAFT, { ...DEFAULTS, devices: 'cpu:4' }, [])).toEqual({ cpuSlots: '4' });
    expect(draftBeginning(EMPTY_DRAFT, { ...DEFAULTS, devices: 'all' }, [])).toEqual({});
  });

  it('shares devices only where that was chosen for this run', () => {
    expect(draftBeginning({ ...EMPTY_DRAFT, begin: 'share' }, DEFAULTS, [])).toEqual({ begin: 'now' });
    expect(draftBeginning({ ...EMPTY_DRAFT, begin: 'when-free' }, DEFAULTS, [])).toEqual({});
  });

  it('has the files that were brought, beside those of the draft', () => {
    expect(draftBeginning({ ...EMPTY_DRAFT, inputs: ['/a'] }, DEFAULTS, ['/b', '/a'])).toEqual({
      inputs: ['/a', '/b'],
    });
  });
});
