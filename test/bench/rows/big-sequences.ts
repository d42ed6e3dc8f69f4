import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Bench } from '../bench-context.ts';
import { writeLargeFile } from '../inputs.ts';
import { peakUntilEnd, referenceCommand, start } from '../processes.ts';
import { against, type Group, plainRow, type Row } from '../row.ts';

const WORKERS = join(import.meta.dirname, '../../../resources/workers');
/** Text longer than any string of JavaScript, and a table longer than one reading of a file. */
const READS_BYTES = 600e6;
const TABLE_BYTES = 2.2e9;
const QUICK_PART = 0.1;
const READ_LETTERS = 150;
const COLUMNS = { dna: 768, protein: 1280 };
/** Of what the plain program has in memory: the rest are ids, of which there are millions. */
const CHUNK_TARGET = 5;
const MERGE_TARGET = 4;

/** What the workers of viral-features need for files that are larger than what fits into one string or one buffer. */
export const bigSequences: Group = {
  name: 'big-sequences',
  about: 'memory for chunking 0.6 GB of reads and merging tables of 2.2 GB',
  measure: async (bench) => [await measureChunks(bench), await measureMerge(bench)],
};

async function measureChunks(bench: Bench): Promise<Row> {
  const bytes = bench.quick ? READS_BYTES * QUICK_PART : READS_BYTES;
  const folder = bench.folder('big-reads');
  const file = join(folder, 'reads.fa');
  bench.doing(`making ${bytes / 1e9} GB of reads`);
  const letters = 'ACGTTGCA'.repeat(READ_LETTERS);
  const read = (index: number): string => letters.slice(index % READ_LETTERS, (index % READ_LETTERS) + READ_LETTERS);
  await writeLargeFile(file, bytes, (index) => `>read_${String(index).padStart(8, '0')}\n${read(index)}\n`);
  bench.doing('cutting them into chunks');
  const row = await measureWorker(folder, ['chunk-fasta.mjs', '--size', '500', file], {
    id: 'big-sequences/chunk',
    title: `chunks of ${bytes / 1e9} GB of reads: peak of memory`,
    reference: { name: 'its lines counted', command: referenceCommand('count-lines', file) },
    target: CHUNK_TARGET,
  });
  bench.remove(folder);
  return row;
}

async function measureMerge(bench: Bench): Promise<Row> {
  const bytes = bench.quick ? TABLE_BYTES * QUICK_PART : TABLE_BYTES;
  const rows = Math.round(bytes / 4 / COLUMNS.protein);
  const folder = bench.folder('big-tables');
  const [dna, protein] = [join(folder, 'dna.safetensors'), join(folder, 'protein.safetensors')];
  makeTable(dna, COLUMNS.dna, rows, (row) => `c${row}_chunk_1`);
  makeTable(protein, COLUMNS.protein, rows, (row) => `c${row}_chunk_1F1`);
  bench.doing(`merging tables of ${rows} rows`);
  const row = await measureWorker(folder, ['merge-features.mjs', dna, protein, join(folder, 'out.safetensors')], {
    id: 'big-sequences/merge',
    title: `tables of ${bytes / 1e9} GB merged: peak of memory`,
    reference: { name: 'the parsed heads of both', command: referenceCommand('parse-heads', dna, protein) },
    target: MERGE_TARGET,
  });
  bench.remove(folder);
  return row;
}

/** A whole table whose numbers are a hole in the file. */
function makeTable(path: string, columns: number, rows: number, id: (row: number) => string): void {
  const ids = JSON.stringify(Array.from({ length: rows }, (_, row) => id(row)));
  const size = rows * columns * 4;
  const tensor = { dtype: 'F32', shape: [rows, columns], data_offsets: [0, size] };
  const header = Buffer.from(JSON.stringify({ __metadata__: { ids, model: 'bench' }, embeddings: tensor }));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  const file = openSync(path, 'w');
  writeSync(file, Buffer.concat([length, header]));
  ftruncateSync(file, length.length + header.length + size);
  closeSync(file);
}

async function measureWorker(
  folder: string,
  [script = '', ...rest]: string[],
  about: { id: string; title: string; reference: { name: string; command: string[] }; target: number },
): Promise<Row> {
  const { id, title, reference, target } = about;
  const from = performance.now();
  const peak = await peakUntilEnd(start([process.execPath, join(WORKERS, script), ...rest], { cwd: folder }));
  const seconds = (performance.now() - from) / 1000;
  const plain = await peakUntilEnd(start(reference.command));
  const note = `it took ${seconds.toFixed(0)} s`;
  const row = plainRow(id, title, { unit: 'MB', value: peak, note, raw: { peak_mb: [peak], seconds: [seconds] } });
  return against(row, { name: reference.name, each: [plain] }, target);
}
