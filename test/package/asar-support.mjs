// Lets plain Node read an asar archive as if it were a folder, as Electron does in its main process, as Node and in worker threads: loaded
// with --import, which threads inherit. It covers what the command reads from its archive: modules, package.json and the built pages.
import fs from 'node:fs';
import module, { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { extractFile, statFile } from '@electron/asar';

const ARCHIVE = '.asar/';

const executable = process.env['DROVER_CHECKED_EXECUTABLE'];
if (executable !== undefined) {
  process.execPath = executable;
  Object.assign(process, { resourcesPath: join(dirname(executable), 'resources') });
}

module.registerHooks({
  resolve: (name, context, next) => {
    const inside = name.startsWith('.') && context.parentURL?.includes(ARCHIVE) === true;
    if (inside) return { url: new URL(name, context.parentURL).href, format: 'module', shortCircuit: true };
    if (name.startsWith('file:') && name.includes(ARCHIVE)) return { url: name, format: 'module', shortCircuit: true };
    return next(name, context);
  },
  load: (url, context, next) => {
    if (!url.startsWith('file:') || !url.includes(ARCHIVE)) return next(url, context);
    const { archive, inner } = parts(fileURLToPath(url));
    return { source: extractFile(archive, inner), format: 'module', shortCircuit: true };
  },
});

const { existsSync, readFileSync, realpathSync } = fs;
const { open, realpath } = fs.promises;
fs.existsSync = (path) => (isInside(path) ? isThere(path) : existsSync(path));
fs.readFileSync = (path, ...options) =>
  isInside(path) ? textOrBytes(path, options[0]) : readFileSync(path, ...options);
fs.realpathSync = Object.assign(
  (path, ...options) => (isInside(path) ? String(path) : realpathSync(path, ...options)),
  realpathSync,
);
fs.promises.realpath = async (path, ...options) => (isInside(path) ? String(path) : realpath(path, ...options));
fs.promises.open = async (path, ...options) => open(isInside(path) ? copiedOut(path) : path, ...options);
syncBuiltinESMExports();

/** @param {unknown} path */
function isInside(path) {
  return typeof path === 'string' && path.includes(ARCHIVE);
}

/** @param {string} path */
function parts(path) {
  const end = path.indexOf(ARCHIVE) + ARCHIVE.length;
  return { archive: path.slice(0, end - 1), inner: path.slice(end) };
}

/** @param {string} path */
function isThere(path) {
  const { archive, inner } = parts(path);
  try {
    return statFile(archive, inner) !== undefined;
  } catch {
    return false;
  }
}

/** @param {string} path @param {unknown} options */
function textOrBytes(path, options) {
  const { archive, inner } = parts(path);
  const bytes = extractFile(archive, inner);
  const encoding = typeof options === 'string' ? options : options?.encoding;
  return encoding === undefined || encoding === null ? bytes : bytes.toString(encoding);
}

/** As Electron does when a file of an archive is opened: a real file takes its place. */
function copiedOut(path) {
  if (!isThere(path)) throw Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT' });
  const copy = join(fs.mkdtempSync(join(tmpdir(), 'asar-file-')), 'file');
  fs.writeFileSync(copy, textOrBytes(path, null));
  process.once('exit', () => fs.rmSync(dirname(copy), { recursive: true, force: true }));
  return copy;
}
