import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the files of the cases lie, and the table of them, which tests in Python read as well. */
export const CASES_FOLDER = join(import.meta.dirname, '../fixtures/sequences');

/** A file of sequences and what every reader has to make of it; docs/sequence-files.md tells the rules. */
export interface SequenceCase {
  file: string;
  kind: 'dna' | 'protein';
  /** A part of the message with which the file is refused; the other expectations are missing then. */
  error?: string;
  /** Ids and numbers of letters of the records that are kept. */
  ids?: string[];
  letters?: number[];
  /** Ids when the whole header is taken. */
  whole?: string[];
  /** Records without letters that are left out. */
  left_out?: string[];
  /** Reads without letters, which some readers keep as an empty row and others leave out. */
  empty_reads?: string[];
  /** A part of a warning. */
  warning?: string;
  /** Whether the warning is about ids that are equal, which some readers refuse. */
  same_ids?: boolean;
  /** Records that are counted before the start, where they differ from those that are kept. */
  counted?: number;
  /** The file cannot be read as text, or its compressed data is damaged, so that it cannot be counted either. */
  encoding?: boolean;
  damage?: boolean;
  /** Numbers of letters when the kind of the sequences is not checked. */
  unchecked?: number[];
}

export const SEQUENCE_CASES = JSON.parse(readFileSync(join(CASES_FOLDER, 'cases.json'), 'utf8')) as SequenceCase[];
