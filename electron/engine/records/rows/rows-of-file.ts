import { npyRows } from './npy-header.ts';
import { npzRows } from './npz-rows.ts';
import { safetensorsRows } from './safetensors-rows.ts';
import { tableRows } from './table-rows.ts';

/** What a file's format tells about its rows. */
export interface FileRows {
  /** null where the format does not say which of its parts are the rows. */
  rows: number | null;
  /** What is wrong with the file by its own words: cut off, or parts that do not fit together; null when nothing. */
  damage: string | null;
}

type Reader = (path: string) => FileRows | Promise<FileRows>;

const READERS: readonly [suffix: RegExp, reader: Reader][] = [
  [/\.npy$/i, npyRows],
  [/\.npz$/i, npzRows],
  [/\.safetensors$/i, safetensorsRows],
  [/\.(?:jsonl|ndjson)(?:\.gz)?$/i, (path) => tableRows(path, 'records')],
  [/\.csv(?:\.gz)?$/i, (path) => tableRows(path, 'csv')],
  [/\.tsv(?:\.gz)?$/i, (path) => tableRows(path, 'tsv')],
];

/** How the rows of a file are counted, by its name; null for formats that have none. */
export function rowReader(path: string): Reader | null {
  return READERS.find(([suffix]) => suffix.test(path))?.[1] ?? null;
}
