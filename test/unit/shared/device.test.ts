import { describe, expect, it } from 'vitest';
import { isSameDevice } from '../../../shared/device.ts';

const CARD = { kind: 'nvidia', index: 0, uuid: 'GPU-1' };

describe('two words about a device mean the same one', () => {
  it('by the uuid, whatever number it has now', () => {
    expect(isSameDevice(CARD, { ...CARD, index: 3 })).toBe(true);
    expect(isSameDevice(CARD, { ...CARD, uuid: 'GPU-2' })).toBe(false);
  });

  it('by kind and number where there is no uuid', () => {
    const slot = { kind: 'cpu', index: 1, uuid: null };
    expect(isSameDevice(slot, { ...slot })).toBe(true);
    expect(isSameDevice(slot, { ...slot, index: 2 })).toBe(false);
    expect(isSameDevice(slot, { ...slot, kind: 'intel' })).toBe(false);
  });
});
