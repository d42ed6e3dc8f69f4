// Whether the closing of a terminal is nothing to this process. Like drover.mjs this file must parse on every Node that is still around.
import fs from 'fs';
import { isatty } from 'tty';

const STANDARD_STREAMS = [0, 1, 2];
/** Tells a process that this one starts what was found out here: its own parent says nothing about it. */
export const HANG_UP_VARIABLE = 'DROVER_IGNORE_HANGUP';

/**
 * Whether SIGHUP is to be ignored, as under `nohup`. Node sets every signal that it inherits as ignored back to its default before any of our
 * code runs, so that is seen by what goes with it: a process without a terminal has none that could be closed under it, and `nohup` takes every
 * terminal away from the one that it starts. Where a terminal is left, the parent may still ignore the signal, and `nohup` is named by bash.
 * @param {Record<string, string | undefined>} env
 * @returns {boolean}
 */
export function ignoresHangUp(env) {
  if (process.platform === 'win32') return false;
  const told = env[HANG_UP_VARIABLE];
  if (told !== undefined) return told === 'yes';
  const hasTerminal = STANDARD_STREAMS.some((descriptor) => isatty(descriptor));
  return !hasTerminal || /(^|\/)nohup$/.test(String(env['_'])) || parentIgnoresHangUp();
}

/** What a process ignores its children ignore, unless they have chosen otherwise. Only Linux tells. */
function parentIgnoresHangUp() {
  try {
    const status = fs.readFileSync(`/proc/${process.ppid}/status`, 'utf8');
    const mask = (/^SigIgn:\s*([0-9a-f]+)$/m.exec(status) || [])[1];
    // SIGHUP is signal 1, so its bit is the lowest one.
    return mask !== undefined && parseInt(mask.slice(-1), 16) % 2 === 1;
  } catch {
    return false;
  }
}
