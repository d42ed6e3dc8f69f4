import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bench } from '../bench-context.ts';
import { against, type Group, plainRow, type Row } from '../row.ts';

const MODULES = join(import.meta.dirname, '../../../node_modules');

const LIBRARIES = [
  'react-dom/cjs/react-dom-client.production.js',
  '@xterm/xterm/lib/xterm.js',
  '@xterm/addon-webgl/lib/addon-webgl.js',
  'uplot/dist/uPlot.esm.js',
];
/** Of the libraries in it, as they are published. */
const TARGET = 1.1;

/** What a browser loads of the window. */
export const windowBundle: Group = { name: 'window-bundle', about: 'size of the pages', measure };

async function measure(bench: Bench): Promise<Row[]> {
  const folder = join(dirname(bench.cli), '..', 'renderer', 'assets');
  const sizes = readdirSync(folder)
    .filter((name) => /\.(?:js|css)$/.test(name))
    .map((name) => ({ name, kb: gzipped(join(folder, name)) }));
  const all = sizes.reduce((sum, { kb }) => sum + kb, 0);
  const first = sizes.filter(({ name }) => name.startsWith('index-')).reduce((sum, { kb }) => sum + kb, 0);
  const row = plainRow('window-bundle', 'code and styles of the window, gzipped', {
    unit: 'kB',
    value: all,
    note: `${first.toFixed(0)} kB of it at the start, the rest when it is needed`,
    raw: { kb: sizes.map(({ kb }) => kb) },
  });
  const libraries = LIBRARIES.map((path) => gzipped(join(MODULES, path))).reduce((sum, kb) => sum + kb, 0);
  return [against(row, { name: 'React, terminal and charts in it as they are published', each: [libraries] }, TARGET)];
}

function gzipped(path: string): number {
  return gzipSync(readFileSync(path)).length / 1000;
}
