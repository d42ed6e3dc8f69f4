// Why Electron could not open its window, by what it said before it ended, and what can be done about it.

/** @type {readonly { sign: RegExp, words: (helper: string) => string }[]} */
const TROUBLES = [
  {
    sign: /Running as root without --no-sandbox is not supported/,
    words: () => 'Electron does not run as root. Start Drover as an ordinary user to have its window.',
  },
  {
    sign: /No usable sandbox!|SUID sandbox helper binary was found, but is not configured correctly|Failed to move to new namespace/,
    words: (helper) =>
      'This system does not let Electron make its sandbox, as Ubuntu does since 23.10. To have the window, allow it once:\n' +
      `  sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'`,
  },
  {
    sign: /error while loading shared libraries: (\S+):/,
    words: () => 'Electron misses a library of the system (see above). Install it to have the window.',
  },
  {
    sign: /Missing X server or \$DISPLAY|cannot open display|Failed to connect to Wayland display/i,
    words: () => 'The display that is named in DISPLAY or WAYLAND_DISPLAY does not answer.',
  },
];

/**
 * @param {string} said what Electron wrote to standard error
 * @param {string} helper the path of its sandbox helper
 * @returns {string | null} what is wrong and what to do; null when it is none of the known troubles
 */
export function electronTrouble(said, helper) {
  return TROUBLES.find(({ sign }) => sign.test(said))?.words(helper) ?? null;
}
