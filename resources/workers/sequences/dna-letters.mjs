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
export const FOREIGN = 6;

/**
 * The meaning of every byte in DNA or RNA.
 * @param {boolean} onlyDna whether letters that are no nucleotides are foreign; else they are as good as N
 */
export function dnaMeanings(onlyDna) {
  const meanings = new Uint8Array(256).fill(FOREIGN);
  /** @param {string} letters @param {number} meaning */
  const set = (letters, meaning) => {
    for (const letter of `${letters}${letters.toLowerCase()}`) meanings[letter.charCodeAt(0)] = meaning;
  };
  if (!onlyDna) set('ABCDEFGHIJKLMNOPQRSTUVWXYZ', AMBIGUOUS);
  set(AMBIGUOUS_LETTERS, AMBIGUOUS);
  for (const [code, letters] of ['A', 'C', 'G', 'TU'].entries()) set(letters, code);
  set(GAPS + BLANKS, NOTHING);
  return meanings;
}

/**
 * What each byte becomes in written DNA: upper case, T for U, N for what is no nucleotide; 0 for what is left out.
 * @param {Uint8Array} meanings
 */
export function dnaUpperCase(meanings) {
  return Uint8Array.from(meanings, (meaning, byte) => {
    if (meaning === NOTHING || meaning === FOREIGN) return 0;
    if (meaning < AMBIGUOUS) return 'ACGT'.charCodeAt(meaning);
    const letter = String.fromCharCode(byte).toUpperCase();
    return AMBIGUOUS_LETTERS.includes(letter) ? letter.charCodeAt(0) : 'N'.charCodeAt(0);
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
