import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { makeFolders, PRIVATE_FILE, PRIVATE_FOLDER } from '../files/make-folders.ts';
import { syncFolder, syncTree, writeFileAtomic } from '../files/write-file-atomic.ts';

/** The folders of resources/ that workers need while they run. An update of Drover must not remove them. */
const COPIED = ['runtime', 'workers'];

export interface RuntimeFolder {
  /** The value of `{resources}`. */
  resources: string;
  launcher: string;
  /** The script that keeps the engine of a queued run going; null on systems without a shell. */
  keeper: string | null;
  /** The process that starts launchers. */
  launchHelper: string;
  /** The value of `{node}`: a Node that always exists. */
  node: string;
}

/**
 * Copies the launcher and the bundled workers to `<home>/runtime/<content hash>/`, once per content, and makes the Node wrapper there. Workers may
 * outlive the program: an AppImage's mount ends with it, and sh and python cannot read an asar archive. An existing copy is compared with its source:
 * a file that is lost, cut off or changed (a power cut, a full disk, a person) is restored.
 * @throws the file system's error (full disk, no permission); nothing incomplete is left then
 */
export function prepareRuntime(
  home: string,
  resources: string,
  platform: NodeJS.Platform = process.platform,
): RuntimeFolder {
  const files = filesOf(resources);
  const folder = join(home, 'runtime', contentHash(files));
  if (!existsSync(folder)) fill(folder, files);
  repair(folder, files);
  return {
    resources: folder,
    launcher: join(folder, 'runtime', launcherName(platform)),
    keeper: platform === 'win32' ? null : join(folder, 'runtime', 'keep-engine.sh'),
    launchHelper: join(folder, 'runtime', 'launch-helper.mjs'),
    node: platform === 'win32' ? process.execPath : nodeOf(join(folder, 'node')),
  };
}

/** Returns the wrapper, or this Node itself where the data folder's disk is mounted noexec. Only a packaged program needs the wrapper. */
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

/** Returns the text of the wrapper. In the packaged app the executable is Electron, which is a plain Node only with this variable. */
function nodeWrapper(execPath: string): string {
  return `#!/bin/sh\nELECTRON_RUN_AS_NODE=1 exec '${execPath.replaceAll("'", "'\\''")}' "$@"\n`;
}

/** A file of the copy. */
interface RuntimeFile {
  /** Its path below the folder. */
  name: string;
  content: Buffer;
  mode: number;
}

function filesOf(resources: string): RuntimeFile[] {
  const copied = COPIED.flatMap((name) => filesBelow(join(resources, name))).map((path) => ({
    name: relative(resources, path),
    content: readFileSync(path),
    mode: isProgram(path) ? PRIVATE_PROGRAM : PRIVATE_FILE,
  }));
  return [{ name: 'node', content: Buffer.from(nodeWrapper(process.execPath)), mode: PRIVATE_PROGRAM }, ...copied];
}

/** The mode of a file that only this user may read and run. */
const PRIVATE_PROGRAM = 0o700;

function isProgram(path: string): boolean {
  return (statSync(path).mode & 0o111) !== 0;
}

function contentHash(files: readonly RuntimeFile[]): string {
  const hash = createHash('sha256');
  for (const { name, content } of files) hash.update(name).update('\0').update(content);
  return hash.digest('hex').slice(0, 16);
}

function filesBelow(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.endsWith('__pycache__'))
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

/** Fills a folder beside it and renames that, so that an incomplete one is never used. If a second process was quicker, its folder is used. */
function fill(folder: string, files: readonly RuntimeFile[]): void {
  const draft = `${folder}.${process.pid}.tmp`;
  rmSync(draft, { recursive: true, force: true });
  try {
    for (const { name, content, mode } of files) {
      makeFolders(dirname(join(draft, name)), PRIVATE_FOLDER);
      writeFileSync(join(draft, name), content, { mode });
    }
    // All at once: file by file it would take many times as long.
    syncTree(draft);
    renameSync(draft, folder);
    syncFolder(dirname(folder));
  } catch (error) {
    rmSync(draft, { recursive: true, force: true });
    if (!existsSync(folder)) throw error;
  }
}

/** Restores damaged files. Workers of other runs may be reading these files: they keep what they have open. */
function repair(folder: string, files: readonly RuntimeFile[]): void {
  for (const { name, content, mode } of files) {
    const path = join(folder, name);
    if (isCopy(path, content, mode)) continue;
    makeFolders(dirname(path), PRIVATE_FOLDER);
    writeFileAtomic(path, content, undefined, mode);
  }
}

function isCopy(path: string, content: Buffer, mode: number): boolean {
  try {
    return (
      readFileSync(path).equals(content) &&
      (mode !== PRIVATE_PROGRAM || process.platform === 'win32' || isProgram(path))
    );
  } catch {
    return false;
  }
}
