import { randomBytes } from 'node:crypto';
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { makeFolders, PRIVATE_FILE, PRIVATE_FOLDER } from '../engine/files/make-folders.ts';
import { OPENING_CODE_MS } from '../serve/limits.ts';

/** A page on the disk that leads a browser to an address. */
export interface OpeningPage {
  /** For a command line: it says where the page lies and not what it says. */
  address: string;
  remove(): void;
}

const NAME = /^open-[\w-]+\.html$/;
/** Nobody guesses 128 bits. */
const NAME_BYTES = 16;

/**
 * Writes a page that only this user can read and that leads to an address. Command lines can be read by everybody on the machine, so an
 * address that opens something stands on none. It removes itself when the address has lost its worth, and what ended processes left.
 * @throws the file system's error
 */
export function writeOpeningPage(home: string, url: string): OpeningPage {
  const folder = join(home, 'cache');
  makeFolders(folder, PRIVATE_FOLDER);
  removeOld(folder);
  const path = join(folder, `open-${randomBytes(NAME_BYTES).toString('base64url')}.html`);
  const page = `<!doctype html><meta charset="utf-8"><title>Drover</title><meta http-equiv="refresh" content="0; url=${url}">
<p>Drover opens here. If it does not, open the address that "drover serve" printed.\n`;
  writeFileSync(path, page, { mode: PRIVATE_FILE, flag: 'wx' });
  const timer = setTimeout(() => rmSync(path, { force: true }), OPENING_CODE_MS);
  timer.unref();
  return {
    address: pathToFileURL(path).href,
    remove() {
      clearTimeout(timer);
      rmSync(path, { force: true });
    },
  };
}

function removeOld(folder: string): void {
  for (const name of readdirSync(folder).filter((one) => NAME.test(one))) {
    const path = join(folder, name);
    const age = Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    if (age > OPENING_CODE_MS) rmSync(path, { force: true });
  }
}
