import { showByte } from './sequence-errors.mjs';

/** IUPAC's codes of nucleotides besides A, C, G, T and U. */
const AMBIGUOUS_LETTERS = 'NRYSWKMBDHV';
/** Assemblies write a gap as `*`. */
const GAPS = '-.*';
const BLANKS = ' \t\r\n';

/** The meaning of a byte in a DNA sequence; the codes of A, C, G and T are below 4. */
export const AMBIGUOUS = 4;
/** Line ends, blanks and gaps, which are skipped. */
export const NOTHING = 5;
/** A byte that is not allowed: so large that a sum of powers of two shows it among any number of other bytes (kmer-counter.mjs). */
export const FOREIGN = 29;

/** The meanings of all bytes when letters that are not nucleotides are foreign. */
export const STRICT_MEANINGS = tabulateMeanings(FOREIGN);
/** The same when such letters count as N. */
export const LOOSE_MEANINGS = tabulateMeanings(AMBIGUOUS);

/** @param {number} otherLetters the meaning of letters that are not nucleotides */
function tabulateMeanings(otherLetters) {
  const meanings = new Uint8Array(256).fill(FOREIGN);
  /** @param {string} letters @param {number} meaning */
  const set = (letters, meaning) => {
    for (const letter of `${letters}${letters.toLowerCase()}`) meanings[letter.charCodeAt(0)] = meaning;
  };
  set('ABCDEFGHIJKLMNOPQRSTUVWXYZ', otherLetters);
  set(AMBIGUOUS_LETTERS, AMBIGUOUS);
  for (const [code, letters] of ['A', 'C', 'G', 'TU'].entries()) set(letters, code);
  set(GAPS + BLANKS, NOTHING);
  return meanings;
}

/**
 * The replacement of each byte in written DNA: upper case, T for U, N for letters that are not nucleotides; 0 for skipped or foreign bytes.
 * @param {Uint8Array} meanings
 */
export function dnaUpperCase(meanings) {
  return meanings.map((meaning, byte) => {
    if (meaning < AMBIGUOUS) return 'ACGT'.charCodeAt(meaning);
    if (meaning !== AMBIGUOUS) return 0;
    const letter = String.fromCharCode(byte).toUpperCase();
    return (AMBIGUOUS_LETTERS.includes(letter) ? letter : 'N').charCodeAt(0);
  });
}

/**
 * Returns a sentence that a byte is not a nucleotide.
 * @param {number} byte @param {string} id of its record @param {string} place
 */
export function refuseAsDna(byte, id, place) {
  if (!/[A-Za-z]/.test(String.fromCharCode(byte)))
    return `sequence ${id} has ${showByte(byte)} in ${place}, which cannot stand in a sequence. The file is damaged or something else.`;
  return (
    `it does not look like DNA: sequence ${id} has the letter ${showByte(byte)} in ${place}. Proteins belong to the pipeline ` +
    'esm2-embedding; check_kind = false takes such letters for unknown bases.'
  );
}
