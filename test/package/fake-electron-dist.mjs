// A folder that looks like an unpacked Electron for Linux, so that packaging can be checked where the binary cannot be had. What matters
// of it is real: the fuse wire in the executable, which the fuses are burnt into, and an executable that is Node when it is asked to be.
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** Where the fuses begin in an executable: https://www.electronjs.org/docs/latest/tutorial/fuses */
const FUSE_SENTINEL = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
const FUSE_VERSION = 1;
/** One character for each fuse of Electron 45, as it is delivered: '0' is off, '1' is on. */
const FUSES_AS_DELIVERED = '101100011';

/** Files without which electron-builder takes the folder for damaged; nobody reads them here. */
const EMPTY_FILES = [
  'chrome-sandbox',
  'chrome_crashpad_handler',
  'libffmpeg.so',
  'icudtl.dat',
  'resources.pak',
  'LICENSE',
  'LICENSES.chromium.html',
  'locales/en-US.pak',
];

/**
 * Makes the folder.
 * @param {string} folder an empty one
 */
export function makeFakeElectronDist(folder) {
  mkdirSync(join(folder, 'resources'), { recursive: true });
  mkdirSync(join(folder, 'locales'), { recursive: true });
  EMPTY_FILES.forEach((name) => writeFileSync(join(folder, name), ''));
  writeFileSync(join(folder, 'version'), electronVersion());
  writeFileSync(join(folder, 'electron'), executable());
  chmodSync(join(folder, 'electron'), 0o755);
}

function electronVersion() {
  return JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')).version;
}

/** A shell script ends at `exit`, so the fuse wire may follow it. */
function executable() {
  const support = join(import.meta.dirname, 'asar-support.mjs');
  const script = [
    '#!/bin/sh',
    '# Takes the place of Electron while the package is checked.',
    'if [ -z "$ELECTRON_RUN_AS_NODE" ]; then echo "This is not the real Electron: it shows no window." >&2; exit 1; fi',
    'DROVER_CHECKED_EXECUTABLE=$(readlink -f "$0")',
    'export DROVER_CHECKED_EXECUTABLE',
    `exec '${process.execPath}' --import '${support}' "$@"`,
    'exit 1',
    '',
  ].join('\n');
  const wire = [Buffer.from(FUSE_SENTINEL), Buffer.from([FUSE_VERSION, FUSES_AS_DELIVERED.length])];
  return Buffer.concat([Buffer.from(script), ...wire, Buffer.from(`${FUSES_AS_DELIVERED}\n`)]);
}
