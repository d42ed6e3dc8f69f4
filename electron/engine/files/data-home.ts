import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the folder that holds everything of Drover: `$DROVER_HOME`, else the platform's data directory for applications.
 * @returns an absolute path; nothing is created
 */
export function dataHome(env: Environment, platform: NodeJS.Platform = process.platform): string {
  const chosen = env['DROVER_HOME'];
  if (chosen !== undefined && chosen !== '') return resolve(chosen);
  return join(platformDataFolder(env, platform), 'drover');
}

function platformDataFolder(env: Environment, platform: NodeJS.Platform): string {
  if (platform === 'win32') return env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support');
  const xdg = env['XDG_DATA_HOME'];
  return xdg !== undefined && xdg !== '' ? xdg : join(homedir(), '.local', 'share');
}

/**
 * Returns the person's home folder. The system may know none, as for a container's user who has only a number. Then it is the temporary folder, which
 * such a user may at least read.
 */
export function homeFolder(): string {
  try {
    return homedir();
  } catch {
    return tmpdir();
  }
}

/** Returns the folder that this process works in; null when it was deleted meanwhile. */
export function workingFolder(): string | null {
  try {
    return process.cwd();
  } catch {
    return null;
  }
}

/** Returns the working folder, or the person's home where it was deleted. For callers that need just any place to begin at. */
export function workingFolderOrHome(): string {
  return workingFolder() ?? homeFolder();
}

/** Returns the folder of all runs: `<home>/runs/<pipeline>/<run id>`. */
export function runsFolder(home: string): string {
  return join(home, 'runs');
}

/** Returns the folder of a person's own pipelines. */
export function ownPipelinesFolder(home: string): string {
  return join(home, 'pipelines');
}
