// Whether this process ignores that its terminal is closed. Like drover.mjs, this file must parse on every Node that is still in use.
import fs from 'fs';
import { isatty } from 'tty';

const STANDARD_STREAMS = [0, 1, 2];
/** Passes the result on to a process that this one starts: such a process cannot find it out from its parent. */
export const HANG_UP_VARIABLE = 'DROVER_IGNORE_HANGUP';

/**
 * Whether SIGHUP must be ignored, as under `nohup`. Before our code runs, Node resets every inherited ignored signal to its default, so other
 * signs must tell: a process without a terminal needs no SIGHUP, and `nohup` redirects every terminal of its program. If a terminal is left,
 * the parent may still ignore the signal, and bash names `nohup` in the variable `_`.
 * @param {Record<string, string | undefined>} env
 * @returns {boolean}
 */
export function ignoresHangUp(env) {
  if (process.platform === 'win32') return false;
  const inherited = env[HANG_UP_VARIABLE];
  if (inherited !== undefined) return inherited === 'yes';
  const hasTerminal = STANDARD_STREAMS.some((descriptor) => isatty(descriptor));
  return !hasTerminal || /(^|\/)nohup$/.test(String(env['_'])) || parentIgnoresHangUp();
}

/** Whether the parent ignores SIGHUP: its children inherit that, unless they change it. Only Linux shows it. */
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
