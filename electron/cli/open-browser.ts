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
 * @param onFailure gets the reason, in words, when there is no browser that opens
 * @returns false without any try where there is no display
 */
export function openBrowser(url: string, env: NodeJS.ProcessEnv, onFailure: (why: string) => void): boolean {
  if (!hasDisplay(env)) return false;
  const [program, ...args] = OPENERS[process.platform] ?? COMMON_OPENER;
  const child = spawn(program, [...args, url], { env, detached: true, stdio: 'ignore', windowsHide: true });
  child.on('error', (error: NodeJS.ErrnoException) => {
    onFailure(error.code === 'ENOENT' ? `${program} is not installed` : error.message);
  });
  child.on('exit', (code, signal) => {
    if (code !== 0) onFailure(`${program} ended with ${signal ?? `exit code ${code}`}`);
  });
  child.unref();
  return true;
}

function hasDisplay(env: NodeJS.ProcessEnv): boolean {
  if (process.platform === 'darwin' || process.platform === 'win32') return true;
  return isSet(env['DISPLAY']) || isSet(env['WAYLAND_DISPLAY']);
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
