import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { importResource, RESOURCES } from '../../helpers/import-resource.ts';

/** What is kept in the repository and in the package should stay small. */
const MAX_BYTES = 1_500_000;

const { makeSamples } = await importResource<{ makeSamples: (folder: string) => void }>('make-samples.mjs');

const kept = join(RESOURCES, 'samples');
const remade = mkdtempSync(join(tmpdir(), 'drover-samples-'));
afterAll(() => rmSync(remade, { recursive: true }));
makeSamples(remade);

const names = readdirSync(remade).toSorted();

function read(folder: string, name: string): Buffer {
  return readFileSync(join(folder, name));
}

function textOf(name: string): string {
  const bytes = read(kept, name);
  return (name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString();
}

describe('the sample sequences', () => {
  it('are those that the script makes, byte by byte', () => {
    expect(readdirSync(kept).toSorted()).toEqual(names);
    const different = names.filter((name) => !read(kept, name).equals(read(remade, name)));
    expect(different).toEqual([]);
  });

  it('are small on disk and very uneven', () => {
    expect(names.reduce((sum, name) => sum + read(kept, name).length, 0)).toBeLessThan(MAX_BYTES);
    const sizes = names.map((name) => textOf(name).length).toSorted((a, b) => b - a);
    const total = sizes.reduce((sum, size) => sum + size, 0);
    expect(total).toBeGreaterThan(3_000_000);
    expect((sizes[0] ?? 0) + (sizes[1] ?? 0)).toBeGreaterThan(total / 2);
    expect(sizes.at(-1)).toBeLessThan(100);
  });

  it('have gzip, FASTQ, lower case and runs of N among them', () => {
    expect(names.some((name) => name.endsWith('.gz'))).toBe(true);
    expect(textOf('reads.fq')).toMatch(/^@\S+\n[ACGT]+\n\+\n/);
    expect(textOf('soft-masked.fa')).toMatch(/[acgt]{70}\n/);
    expect(textOf('soft-masked.fa')).toMatch(/N{70}\n/);
  });
});
