import type { FileRows } from './file-rows.ts';
import { npyRows } from './npy-header.ts';
import { npzRows } from './npz-rows.ts';
import { safetensorsRows } from './safetensors-rows.ts';
import { tableRows } from './table-rows.ts';

type Reader = (path: string) => FileRows | Promise<FileRows>;

const READERS: readonly [suffix: RegExp, reader: Reader][] = [
  [/\.npy$/i, npyRows],
  [/\.npz$/i, npzRows],
  [/\.safetensors$/i, safetensorsRows],
  [/\.(?:jsonl|ndjson)(?:\.gz)?$/i, (path) => tableRows(path, 'records')],
  [/\.csv(?:\.gz)?$/i, (path) => tableRows(path, 'csv')],
  [/\.tsv(?:\.gz)?$/i, (path) => tableRows(path, 'tsv')],
];

/** Returns the function that counts the rows of a file, by its name. Returns null for formats without rows. */
export function rowReader(path: string): Reader | null {
  return READERS.find(([suffix]) => suffix.test(path))?.[1] ?? null;
}
