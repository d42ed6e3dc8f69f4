import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Bench } from '../bench-context.ts';
import type { Group, Row } from '../row.ts';

const TARGET_KB = 400;

/** What a browser loads of the window. */
export const windowBundle: Group = { name: 'window-bundle', about: 'size of the pages', measure };

async function measure(bench: Bench): Promise<Row[]> {
  const folder = join(dirname(bench.cli), '..', 'renderer', 'assets');
  const sizes = readdirSync(folder)
    .filter((name) => /\.(?:js|css)$/.test(name))
    .map((name) => ({ name, kb: gzipSync(readFileSync(join(folder, name))).length / 1000 }));
  const all = sizes.reduce((sum, { kb }) => sum + kb, 0);
  const first = sizes.filter(({ name }) => name.startsWith('index-')).reduce((sum, { kb }) => sum + kb, 0);
  return [
    {
      id: 'window-bundle',
      title: 'code and styles of the window, gzipped',
      unit: 'kB',
      ours: all,
      reference: null,
      value: all,
      valueUnit: 'kB',
      target: TARGET_KB,
      note: `${first.toFixed(0)} kB of it at the start, the rest when it is needed`,
      raw: { kb: sizes.map(({ kb }) => kb) },
    },
  ];
}
