import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { FileRows } from '../../../../../../../electron/engine/records/reconcile/rows/file-rows.ts';
import { readNpyHeader } from '../../../../../../../electron/engine/records/reconcile/rows/npy-header.ts';
import { rowReader } from '../../../../../../../electron/engine/records/reconcile/rows/rows-of-file.ts';
import { npyFile, npyOfType, npzFile, safetensorsFile } from '../../../../../../helpers/array-files.ts';
import { temporaryFolder } from '../../../../../../helpers/temporary-folder.ts';

async function rowsOf(name: string, content: Buffer | string): Promise<FileRows> {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  const reader = rowReader(path);
  if (reader === null) throw new Error(`${name} has no rows`);
  return reader(path);
}

const whole = (rows: number | null): FileRows => ({ rows, damage: null });

test('files of other formats have no rows', () => {
  expect(['a.txt', 'a.fa', 'a.npy.tmp', 'npy'].map(rowReader)).toEqual([null, null, null, null]);
});

describe('.npy', () => {
  test('has the rows and bytes of its header', () => {
    const path = join(temporaryFolder(), 'a.npy');
    writeFileSync(path, npyFile([3, 136]));
    const bytes = 128 + 3 * 136 * 4;
    expect(readNpyHeader(path)).toEqual({ rows: 3, dimensions: 2, expected_bytes: bytes, bytes });
  });

  test.each([
    ['<U2', 8],
    ['>U17', 68],
    ['|S5', 5],
    ['|b1', 1],
    ['<f2', 2],
    ['<c16', 16],
    ['<M8[ns]', 8],
    ['<m8[25s]', 8],
  ])('of the type %s is whole with %i bytes for each value, and damaged with one byte less', async (descr, bytes) => {
    const content = npyOfType(`'${descr}'`, bytes, 3);
    expect(await rowsOf('a.npy', content)).toEqual(whole(3));
    expect(await rowsOf('a.npz', npzFile({ ids: content, embeddings: npyFile([3, 2]) }, true))).toEqual(whole(3));
    expect((await rowsOf('a.npy', content.subarray(0, -1))).damage).toContain('where its header announces');
  });

  test('of objects or records has its rows, whatever its bytes', async () => {
    expect(await rowsOf('a.npy', npyOfType("'|O'", 7, 3))).toEqual(whole(3));
    expect(await rowsOf('a.npy', npyOfType("[('a', '<f4'), ('b', '<U2')]", 12, 3))).toEqual(whole(3));
  });

  test.each(['', 'short', 'not an array at all, but long enough'])('%j is none', async (content) => {
    expect((await rowsOf('a.npy', content)).damage).toBe('has no .npy header');
  });
});

describe('.npz', () => {
  const arrays = { ids: npyFile([3]), embeddings: npyFile([3, 8]) };

  test.each([true, false])('has as many rows as ids (deflated: %s)', async (deflated) => {
    expect(await rowsOf('a.npz', npzFile(arrays, deflated))).toEqual(whole(3));
  });

  test('whose ids and embeddings disagree is damaged', async () => {
    const { damage } = await rowsOf('a.npz', npzFile({ ...arrays, embeddings: npyFile([2, 8]) }));
    expect(damage).toBe('has 3 ids and 2 rows of "embeddings"');
  });

  test('without ids has the length that all its arrays share, else nobody can tell', async () => {
    expect(await rowsOf('a.npz', npzFile({ p: npyFile([4, 2]), q: npyFile([4, 9]) }))).toEqual(whole(4));
    expect(await rowsOf('a.npz', npzFile({ p: npyFile([4, 2]), q: npyFile([5, 9]) }))).toEqual(whole(null));
  });

  test('cut off anywhere is damaged, and never a crash', async () => {
    const content = npzFile(arrays, true);
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length - 1), async (length) => {
        expect((await rowsOf('a.npz', content.subarray(0, length))).damage).not.toBeNull();
      }),
      { numRuns: 40 },
    );
  });
});

describe('.safetensors', () => {
  test('has the rows of its embeddings', async () => {
    const content = safetensorsFile({ embeddings: [5, 8], 'residues/a': [70, 8], 'residues/b': [9, 8] });
    expect(await rowsOf('a.safetensors', content)).toEqual(whole(5));
  });

  test('has as many rows as ids in its metadata', async () => {
    const content = safetensorsFile({ embeddings: [2, 8] }, { ids: '["a","b"]' });
    expect(await rowsOf('a.safetensors', content)).toEqual(whole(2));
    const uneven = safetensorsFile({ embeddings: [2, 8] }, { ids: '["a","b","c"]' });
    expect((await rowsOf('a.safetensors', uneven)).damage).toBe('has 3 ids and 2 rows of "embeddings"');
  });

  test('cut off anywhere is damaged, and never a crash', async () => {
    const content = safetensorsFile({ embeddings: [2, 8] }, { ids: '["a","b"]' });
    await fc.assert(
      fc.asyncProperty(fc.nat(content.length - 1), async (length) => {
        expect((await rowsOf('a.safetensors', content.subarray(0, length))).damage).not.toBeNull();
      }),
      { numRuns: 40 },
    );
  });
});

describe('tables', () => {
  test.each([
    ['a.jsonl', '{"a":1}\n\n{"a":2}', 2],
    ['a.jsonl', '', 0],
    ['a.csv', 'id,x\na,1\nb,2\n', 2],
    ['a.csv', 'a,1\r\nb,2\r\n', 2],
    ['a.csv', 'id,note,x\na,"two\nlines",1\n', 1],
    ['a.csv', 'id,x\n', 0],
    ['a.tsv', 'id\tx\na"\t1\nb\t2\n', 2],
    ['a.csv', 'id,label\na,b\n', null],
    ['a.csv', 'id,x\n5" pipe,1\nb,2\n', 2],
    ['a.csv', 'id,x\n"say ""so""\nand so",1\nb,2\n', 2],
    ['a.csv', 'id,x\n"never closed,1\nb,2\n', 2],
    ['a.tsv', 'id\tx\n"two\nlines"\t1\nb\t2\n', 2],
    ['a.csv', ',0,1,2\na,0.5,0.5,0.1\n', null],
    ['a.jsonl', '{"a":1}\n  \t\r\n{"a":2}\r\n', 2],
  ])('%s %j has %j rows', async (name, content, rows) => {
    expect(await rowsOf(name, content)).toEqual(whole(rows));
    expect(await rowsOf(`${name}.gz`, gzipSync(content))).toEqual(whole(rows));
  });

  test('is unpacked where it begins like gzip, whatever its name, with all its members and the zeros between them', async () => {
    const members = Buffer.concat([gzipSync('a,1\nb,2\n'), Buffer.alloc(100), gzipSync('c,3\n'), Buffer.alloc(7)]);
    expect(await rowsOf('a.csv.gz', members)).toEqual(whole(3));
    expect(await rowsOf('a.csv', members)).toEqual(whole(3));
    expect(await rowsOf('a.csv.gz', 'a,1\nb,2\n')).toEqual(whole(2));
    const cut = Buffer.concat([gzipSync('a,1\n'), gzipSync('b,2\n'.repeat(1000)).subarray(0, 30)]);
    expect((await rowsOf('a.csv.gz', cut)).damage).toContain('cannot be read to its end');
  });

  test('that are cut off in their compression are damaged', async () => {
    const { damage } = await rowsOf('a.csv.gz', gzipSync('a,1\n'.repeat(1000)).subarray(0, 40));
    expect(damage).toContain('cannot be read to its end');
  });
});
