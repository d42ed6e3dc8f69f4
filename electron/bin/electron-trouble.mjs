// Finds out from the error output of Electron why it could not open its window, and what to do about it.

/** @type {readonly { sign: RegExp, words: (helper: string) => string }[]} */
const TROUBLES = [
  {
    sign: /Running as root without --no-sandbox is not supported/,
    words: () => 'Electron does not run as root. Start Drover as an ordinary user to get its window.',
  },
  {
    sign: /No usable sandbox!|SUID sandbox helper binary was found, but is not configured correctly|Failed to move to new namespace/,
    words: (helper) =>
      'This system does not let Electron create its sandbox (Ubuntu since 23.10). To get the window, allow it once:\n' +
      `  sudo chown root:root '${helper}' && sudo chmod 4755 '${helper}'`,
  },
  {
    sign: /error while loading shared libraries: (\S+):/,
    words: () => 'Electron needs a system library that is missing (see above). Install it to get the window.',
  },
  {
    sign: /Missing X server or \$DISPLAY|cannot open display|Failed to connect to Wayland display/i,
    words: () => 'The display in DISPLAY or WAYLAND_DISPLAY does not answer.',
  },
];

/**
 * @param {string} errorOutput what Electron wrote to standard error
 * @param {string} helper the path of its sandbox helper
 * @returns {string | null} what is wrong and what to do; null when it is not a known problem
 */
export function electronTrouble(errorOutput, helper) {
  return TROUBLES.find(({ sign }) => sign.test(errorOutput))?.words(helper) ?? null;
}
