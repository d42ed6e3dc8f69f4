import { runTool } from '../engine/devices/run-tool.ts';
import type { Environment } from '../engine/files/data-home.ts';

const WATCHER = 'org.kde.StatusNotifierWatcher';
const PATH = '/StatusNotifierWatcher';
const PROPERTIES = 'org.freedesktop.DBus.Properties';
const HOST = 'IsStatusNotifierHostRegistered';
/** A bus answers in milliseconds; one that hangs must not keep the window from closing. */
const LIMIT_MS = 1_500;

/** The ways to ask the session's bus one question, any of which a desktop has; each prints `true` somewhere when the answer is yes. */
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
 * Whether something on this desktop shows signs in a tray. On Linux many desktops have none, and a window that was hidden there could not be
 * found again; other systems always have one.
 */
export async function hasTray(env: Environment, platform: NodeJS.Platform = process.platform): Promise<boolean> {
  if (platform !== 'linux') return true;
  for (const [tool, ...args] of QUESTIONS) {
    const answer = await runTool(tool, args, { env: { ...env }, timeoutMs: LIMIT_MS });
    if (answer.kind === 'answered') return /\btrue\b/.test(answer.stdout);
    // Another tool would ask the same bus.
    if (answer.kind !== 'missing') return false;
  }
  return false;
}
