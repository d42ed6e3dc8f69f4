import { createHash } from 'node:crypto';
import {
  accessSync,
  chmodSync,
  constants,
  cpSync,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { makeFolders } from '../disk/make-folders.ts';
import { PRIVATE_FOLDER } from '../disk/private-data.ts';

/** The folders of resources/ that workers need while they run, which an update of Drover must not pull away from them. */
const COPIED = ['runtime', 'workers'];

export interface RuntimeFolder {
  /** What `{resources}` stands for. */
  resources: string;
  launcher: string;
  /** The process that starts launchers. */
  launchHelper: string;
  /** What `{node}` stands for: a Node that is always there. */
  node: string;
}

/**
 * Copies the launcher and the bundled workers to `<home>/runtime/<content hash>/`, once per content, and makes the Node wrapper there.
 * Workers may outlive the program: an AppImage's mount goes away with it, and sh and python cannot read an asar archive.
 * @throws the file system's error (full disk, no permission); nothing half-made is left then
 */
export function prepareRuntime(
  home: string,
  resources: string,
  platform: NodeJS.Platform = process.platform,
): RuntimeFolder {
  const wrapper = nodeWrapper(process.execPath);
  const folder = join(home, 'runtime', contentHash(resources, wrapper));
  if (!existsSync(folder)) fill(folder, resources, wrapper);
  return {
    resources: folder,
    launcher: join(folder, 'runtime', launcherName(platform)),
    launchHelper: join(folder, 'runtime', 'launch-helper.mjs'),
    node: platform === 'win32' ? process.execPath : nodeOf(join(folder, 'node')),
  };
}

/** The wrapper, or this Node itself where the data folder's disk is mounted noexec; only a packaged program cannot do without the wrapper. */
function nodeOf(wrapper: string): string {
  if (process.versions['electron'] !== undefined) return wrapper;
  try {
    accessSync(wrapper, constants.X_OK);
    return wrapper;
  } catch {
    return process.execPath;
  }
}

function launcherName(platform: NodeJS.Platform): string {
  if (platform === 'win32') return 'launcher-windows.mjs';
  return platform === 'darwin' ? 'launcher-macos.sh' : 'launcher.sh';
}

/** In the packaged app the executable is Electron, which is a plain Node only with this variable. */
function nodeWrapper(execPath: string): string {
  return `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec '${execPath.replaceAll("'", "'\\''")}' "$@"\n`;
}

function contentHash(resources: string, wrapper: string): string {
  const hash = createHash('sha256').update(wrapper);
  for (const file of COPIED.flatMap((name) => filesBelow(join(resources, name)))) {
    hash.update(relative(resources, file)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** Fills a folder beside and renames it, so that a half-made one is never used; a second process that was quicker wins. */
function fill(folder: string, resources: string, wrapper: string): void {
  const draft = `${folder}.${process.pid}.tmp`;
  rmSync(draft, { recursive: true, force: true });
  try {
    makeFolders(draft, PRIVATE_FOLDER);
    for (const name of COPIED) {
      if (existsSync(join(resources, name))) cpSync(join(resources, name), join(draft, name), { recursive: true });
    }
    writeFileSync(join(draft, 'node'), wrapper);
    chmodSync(join(draft, 'node'), 0o755);
    renameSync(draft, folder);
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}
