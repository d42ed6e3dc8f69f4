import { closeSync, openSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SearchHit, searchFile } from '../../../../../../electron/engine/logs/search/search-file.ts';
import { planSearch } from '../../../../../../electron/engine/logs/search/search-pattern.ts';

const MIB = 1024 * 1024;

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'drover-search-'));
  path = join(folder, 'a.log');
});
afterEach(() => rm(folder, { recursive: true }));

function search(pattern: string, options: { from?: number; to?: number; limit?: number } = {}) {
  const plan = planSearch(pattern);
  if (!plan.ok) throw new Error(plan.error.message);
  const hits: SearchHit[] = [];
  const fd = openSync(path, 'r');
  try {
    const { from = 0, to = null, limit = Number.POSITIVE_INFINITY } = options;
    const searchedTo = searchFile(fd, { plan: plan.value, from, to, lineNumbers: true }, (hit) => {
      hits.push(hit);
      return hits.length < limit;
    });
    return { hits, searchedTo };
  } finally {
    closeSync(fd);
  }
}

/** The same by splitting everything into lines. */
function naive(content: Buffer, pattern: string): SearchHit[] {
  const hits: SearchHit[] = [];
  let start = 0;
  for (let line = 1; start < content.length; line += 1) {
    const newline = content.indexOf(10, start);
    const end = newline < 0 ? content.length : newline;
    const text = content.toString('utf8', start, end).replace(/\r$/, '');
    if (new RegExp(pattern).test(text))
      hits.push({ line, offset: start, end: Math.min(end + 1, content.length), text });
    start = end + 1;
  }
  return hits;
}

describe('searchFile', () => {
  it('finds what splitting into lines finds, for any bytes and many patterns', async () => {
    const parts = fc.array(
      fc.oneof(
        fc
          .constantFrom('\n', '\r\n', 'needle', 'nee', 'dle', 'a', 'b ', 'ü', '\0', 'x=12 ', 'aaab')
          .map((text) => Buffer.from(text)),
        fc.uint8Array({ maxLength: 3 }).map((bytes) => Buffer.from(bytes)),
      ),
      { maxLength: 60 },
    );
    const pattern = fc.constantFrom(
      'needle',
      'a',
      'ü',
      'x=\\d+',
      '^$',
      '^a+b',
      'needle(a|b )?$',
      'nee|dle',
      '\\ufffd',
      '�',
      '[^a]',
      'b a\\b',
      '',
    );
    await fc.assert(
      fc.asyncProperty(parts, pattern, async (pieces, source) => {
        const content = Buffer.concat(pieces);
        await writeFile(path, content);
        expect(search(source).hits).toEqual(naive(content, source));
      }),
      { numRuns: 300 },
    );
  });

  it('finds hits across the borders of blocks, literal or not, each once', async () => {
    const line = `${'.'.repeat(58)}needle\n`;
    const shifts = [0, 1, 3, 17, 60];
    for (const shift of shifts) {
      const content = Buffer.from(`${'-'.repeat(shift)}\n${line.repeat(4096)}`);
      await writeFile(path, content);
      for (const pattern of ['needle', 'need[l]e', 'n\\w+e$']) {
        const { hits } = search(pattern);
        expect(hits).toHaveLength(4096);
        expect(hits.at(-1)).toMatchObject({ line: 4097, offset: shift + 1 + 4095 * 65, text: line.trimEnd() });
      }
    }
  });

  it('hands over a line of several MiB once, its text cut and its offset kept', async () => {
    const long = `start ${'x'.repeat(3 * MIB)}needle${'y'.repeat(2 * MIB)} needle`;
    await writeFile(path, `first\n${long}\nlast needle\n`);
    for (const pattern of ['needle', 'ne{2}dle', 'x(?:needle)y|last']) {
      const { hits } = search(pattern);
      expect(hits.map(({ line, offset }) => ({ line, offset }))).toEqual([
        { line: 2, offset: 6 },
        { line: 3, offset: 6 + long.length + 1 },
      ]);
      expect(hits[0]?.text).toBe(long.slice(0, MIB));
    }
  });

  it('finds a literal across the cut of a line in pieces', async () => {
    for (const at of [MIB - 3, MIB + 64 * 1024 - 3, 2 * MIB - 4096 - 2]) {
      await writeFile(path, `${'x'.repeat(at)}needle${'x'.repeat(MIB)}`);
      expect(search('needle').hits).toHaveLength(1);
      expect(search('nee[d]le').hits).toHaveLength(1);
    }
  });

  it('keeps to the range and the limit', async () => {
    await writeFile(path, 'a1\na2\na3\na4\n');
    expect(search('a', { from: 3, to: 9 }).hits.map((hit) => hit.text)).toEqual(['a2', 'a3']);
    expect(search('a', { limit: 2 }).hits).toHaveLength(2);
    expect(search('a').searchedTo).toBe(12);
  });
});
