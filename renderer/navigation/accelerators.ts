/** What of a key press tells which accelerator it is. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>;

/** Whether a key press is an accelerator such as `Shift+H` with the platform's main modifier. */
export function isAccelerator(press: KeyPress, accelerator: string, onMac: boolean): boolean {
  const parts = accelerator.split('+');
  const main = onMac ? press.metaKey && !press.ctrlKey : press.ctrlKey && !press.metaKey;
  return (
    main &&
    !press.altKey &&
    press.shiftKey === parts.includes('Shift') &&
    press.key.toLowerCase() === parts.at(-1)?.toLowerCase()
  );
}

/** An accelerator for people: `Ctrl+Shift+H`, `⇧⌘H`. */
export function acceleratorLabel(accelerator: string, onMac: boolean): string {
  const parts = accelerator.split('+');
  if (!onMac) return ['Ctrl', ...parts].join('+');
  return `${parts.includes('Shift') ? '⇧' : ''}⌘${parts.at(-1) ?? ''}`;
}

/** An accelerator as `aria-keyshortcuts` wants it. */
export function ariaShortcut(accelerator: string, onMac: boolean): string {
  return `${onMac ? 'Meta' : 'Control'}+${accelerator}`;
}

/** Whether the keyboard before the window is a Mac's. */
export const onMac = /mac/i.test(navigator.platform);
