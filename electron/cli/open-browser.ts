import { spawn } from 'node:child_process';

/** What opens an address in the person's browser, by platform; where none is named the desktop's common one. */
const OPENERS: Partial<Record<NodeJS.Platform, readonly [program: string, ...args: string[]]>> = {
  darwin: ['open'],
  // The first text in quotes would be taken for the window's title.
  win32: ['cmd', '/c', 'start', '""'],
};
const COMMON_OPENER = ['xdg-open'] as const;

/**
 * Opens an address in the person's browser, which outlives this process.
 * @param url stands on a command line, which everybody on the machine can read
 * @param onFailure gets the reason, in words, when there is no browser that opens
 */
export function openBrowser(url: string, env: NodeJS.ProcessEnv, onFailure: (why: string) => void): void {
  const [program, ...args] = OPENERS[process.platform] ?? COMMON_OPENER;
  const child = spawn(program, [...args, url], { env, detached: true, stdio: 'ignore', windowsHide: true });
  child.on('error', (error: NodeJS.ErrnoException) => {
    onFailure(error.code === 'ENOENT' ? `${program} is not installed` : error.message);
  });
  child.on('exit', (code, signal) => {
    if (code !== 0) onFailure(`${program} ended with ${signal ?? `exit code ${code}`}`);
  });
  child.unref();
}

/** Whether there is a display that a browser could be seen on. */
export function hasDisplay(env: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return isSet(env['DISPLAY']) || isSet(env['WAYLAND_DISPLAY']);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
