import { runTool } from '../engine/devices/run-tool.ts';
import type { Environment } from '../engine/files/data-home.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const PATH = '/StatusNotifierWatcher';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const HOST = 'IsStatusNotifierHostRegistered';
/** A bus answers in milliseconds; a hanging one must not keep the window from closing. */
const LIMIT_MS = 1_500;

/** Commands that ask the session's bus the same question. A desktop has at least one of them; each prints `true` for yes. */
const QUESTIONS: readonly (readonly [tool: string, ...args: string[]])[] = [
  [
    'gdbus',
    'call',
    '--session',
    '--dest',
    WATCHER,
    '--object-path',
    PATH,
    '--method',
    `${PROPERTIES}.Get`,
    WATCHER,
    HOST,
  ],
  ['busctl', '--user', 'get-property', WATCHER, PATH, WATCHER, HOST],
  [
    'dbus-send',
    '--session',
    '--print-reply',
    `--dest=${WATCHER}`,
    PATH,
    `${PROPERTIES}.Get`,
    `string:${WATCHER}`,
    `string:${HOST}`,
  ],
];

/**
 * Whether this desktop shows icons in a tray. On Linux many desktops have no tray, so a hidden window could not be opened again; other systems
 * always have one.
 */
export async function hasTray(env: Environment, platform: NodeJS.Platform = process.platform): Promise<boolean> {
  if (platform !== 'linux') return true;
  for (const [tool, ...args] of QUESTIONS) {
    const answer = await runTool(tool, args, { env: { ...env }, timeoutMs: LIMIT_MS });
    if (answer.kind === 'answered') return /\btrue\b/.test(answer.stdout);
    // Another tool would get the same answer from the same bus.
    if (answer.kind !== 'missing') return false;
  }
  return false;
}
