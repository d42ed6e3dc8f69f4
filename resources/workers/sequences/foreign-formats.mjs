/** The number of first bytes that identify a file. */
export const TELLING_BYTES = 64;

/** First bytes of compressed files, as Latin-1, with the format. @type {readonly [string, string][]} */
const COMPRESSED = [
  ['BZh', 'bzip2-compressed: unpack it with bunzip2'],
  ['\xfd7zXZ\0', 'xz-compressed: unpack it with unxz'],
  ['\x28\xb5\x2f\xfd', 'zstd-compressed: unpack it with unzstd'],
  ['\x04\x22\x4d\x18', 'lz4-compressed: unpack it with unlz4'],
  ['\x1f\x9d', 'compressed with the old compress: unpack it with uncompress'],
  ['LZIP\x01', 'lzip-compressed: unpack it with lzip -d'],
  ['\x1f\x8b', 'gzip inside gzip: unpack it once with gunzip'],
  ['PK\x03\x04', 'a ZIP archive: unpack it'],
  ['7z\xbc\xaf\x27\x1c', 'a 7z archive: unpack it'],
  ['Rar!\x1a\x07', 'a RAR archive: unpack it'],
];

/** Byte order marks of unsupported encodings, the longer ones first. @type {readonly [string, string][]} */
const ENCODED = [
  ['\xff\xfe\0\0', 'in UTF-32'],
  ['\0\0\xfe\xff', 'in UTF-32'],
  ['\xff\xfe', 'in UTF-16'],
  ['\xfe\xff', 'in UTF-16'],
];

/** UTF-16 without a mark: every other byte of such text is zero. */
const HALF_ZEROS = /^(?:\0[^\0]\0[^\0]|[^\0]\0[^\0]\0)/;

/** @type {readonly [RegExp, string][]} */
const OTHERS = [
  [
    /^<(?:!doctype\s+html|html|head|body)/i,
    'it is a web page (HTML), not sequences. Was a download refused? Get the file again.',
  ],
  [/^<(?:\?xml|[a-z])/i, 'it is XML, not sequences. Export it as FASTA.'],
  [/^BAM\W/, 'it is BAM (aligned reads). Convert it with samtools fasta.'],
  [/^CRAM/, 'it is CRAM (aligned reads). Convert it with samtools fasta.'],
  [/^LOCUS\s/, 'it is GenBank. Convert it to FASTA.'],
  [/^ID {3}/, 'it is EMBL or Swiss-Prot. Convert it to FASTA.'],
  [/^%PDF/, 'it is PDF, not sequences.'],
  [/^version https:\/\/git-lfs/, 'it is only the pointer of a file in Git LFS. Fetch the file itself: git lfs pull.'],
];

/**
 * Returns in a sentence what a file with this beginning is, and what to do, when it cannot be read as text; otherwise null.
 * @param {Buffer} head @returns {string | null}
 */
export function foreignEncoding(head) {
  const text = head.toString('latin1', 0, TELLING_BYTES);
  const compressed = COMPRESSED.find(([sign]) => text.startsWith(sign))?.[1];
  if (compressed !== undefined) return `it is ${compressed}, or compress it with gzip.`;
  const encoded =
    ENCODED.find(([sign]) => text.startsWith(sign))?.[1] ?? (HALF_ZEROS.test(text) ? 'in UTF-16' : undefined);
  return encoded === undefined ? null : `it is ${encoded}. Save it as plain text (ASCII or UTF-8).`;
}

/**
 * Returns in a sentence why a text with this beginning, without blanks, is neither FASTA nor FASTQ.
 * @param {Buffer} head
 */
export function notSequences(head) {
  const text = head.toString('latin1', 0, TELLING_BYTES);
  const known = OTHERS.find(([sign]) => sign.test(text));
  return known?.[1] ?? null;
}
