import { showByte } from './sequence-errors.mjs';

/** IUPAC's codes of nucleotides besides A, C, G, T and U. */
const AMBIGUOUS_LETTERS = 'NRYSWKMBDHV';
/** Assemblies write a gap as `*`. */
const GAPS = '-.*';
const BLANKS = ' \t\r\n';

/** What a byte of a DNA sequence means; below 4 the codes of A, C, G and T. */
export const AMBIGUOUS = 4;
/** Line ends, blanks and gaps, which are left out. */
export const NOTHING = 5;
/** What cannot stand in the sequence: so much higher that a sum of powers of two tells it from any number of the others (kmer-counter.mjs). */
export const FOREIGN = 29;

/** The meanings of all bytes where letters that are no nucleotides are foreign. */
export const STRICT_MEANINGS = tabulateMeanings(FOREIGN);
/** The same where such letters are as good as N. */
export const LOOSE_MEANINGS = tabulateMeanings(AMBIGUOUS);

/** @param {number} otherLetters what letters mean that are no nucleotides */
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
 * What each byte becomes in written DNA: upper case, T for U, N for letters that are no nucleotides; 0 for what is left out or foreign.
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
 * Says that a byte is no nucleotide, as a sentence.
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
