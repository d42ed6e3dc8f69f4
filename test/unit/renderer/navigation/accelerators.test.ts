import { describe, expect, it } from 'vitest';
import {
  acceleratorLabel,
  ariaShortcut,
  isAccelerator,
  type KeyPress,
} from '../../../../renderer/navigation/accelerators.ts';
import { NAVIGATION } from '../../../../renderer/navigation/pages.ts';

const NOTHING: KeyPress = { key: '', ctrlKey: false, metaKey: false, shiftKey: false, altKey: false };

describe('an accelerator', () => {
  it('is pressed with Ctrl, and with Cmd on a Mac', () => {
    const withCtrl = { ...NOTHING, key: 'H', ctrlKey: true, shiftKey: true };
    const withCmd = { ...NOTHING, key: 'h', metaKey: true, shiftKey: true };
    expect(isAccelerator(withCtrl, 'Shift+H', false)).toBe(true);
    expect(isAccelerator(withCmd, 'Shift+H', true)).toBe(true);
    expect(isAccelerator(withCtrl, 'Shift+H', true)).toBe(false);
    expect(isAccelerator(withCmd, 'Shift+H', false)).toBe(false);
  });

  it.each([
    { ...NOTHING, key: 'H', shiftKey: true },
    { ...NOTHING, key: 'h', ctrlKey: true },
    { ...NOTHING, key: 'H', ctrlKey: true, shiftKey: true, altKey: true },
    { ...NOTHING, key: 'J', ctrlKey: true, shiftKey: true },
  ])('is not %j', (press) => {
    expect(isAccelerator(press, 'Shift+H', false)).toBe(false);
  });

  it('is written as the platform writes it', () => {
    expect(acceleratorLabel('Shift+H', false)).toBe('Ctrl+Shift+H');
    expect(acceleratorLabel('Shift+H', true)).toBe('⇧⌘H');
    expect(acceleratorLabel(',', false)).toBe('Ctrl+,');
    expect(ariaShortcut('Shift+H', false)).toBe('Control+Shift+H');
  });

  it('leads to one page only', () => {
    const all = NAVIGATION.map(({ accelerator }) => accelerator);
    expect(new Set(all).size).toBe(all.length);
  });
});
