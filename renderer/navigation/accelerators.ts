/** The parts of a key press that identify an accelerator. */
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

/** Formats an accelerator for people: `Ctrl+Shift+H`, `⇧⌘H`. */
export function acceleratorLabel(accelerator: string, onMac: boolean): string {
  const parts = accelerator.split('+');
  if (!onMac) return ['Ctrl', ...parts].join('+');
  return `${parts.includes('Shift') ? '⇧' : ''}⌘${parts.at(-1) ?? ''}`;
}

/** Formats an accelerator for `aria-keyshortcuts`. */
export function ariaShortcut(accelerator: string, onMac: boolean): string {
  return `${onMac ? 'Meta' : 'Control'}+${accelerator}`;
}

/** Whether the window runs on a Mac, with its keyboard. */
export const onMac = /mac/i.test(navigator.platform);
