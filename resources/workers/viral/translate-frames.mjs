/** NCBI's genetic code 1; codons are in the order of these bases at the first, second and third position. */
const BASES = 'TCAG';
const AMINO_ACIDS = 'FFLLSSSSYY**CC*WLLLLPPPPHHQQRRRRIIIMTTTTNNKKSSRRVVVVAAAADDEEGGGG';
/** The bases that a letter of the IUPAC code may stand for. @type {Readonly<Record<string, string>>} */
const MEANINGS = Object.fromEntries(
  'T:T C:C A:A G:G R:AG Y:CT S:CG W:AT K:GT M:AC B:CGT D:AGT H:ACT V:ACG N:ACGT'
    .split(' ')
    .map((entry) => entry.split(':')),
);
const COMPLEMENTS = pairs('ACGTRYSWKMBDHVN', 'TGCAYRSWMKVHDBN');
const STOP = '*';
const UNKNOWN = 'X';
/** A frame of only unknown letters is meaningless. */
const KNOWN_ACID = /[^X]/;

/** Ambiguous codons, stored after they were determined once. */
const known = new Map(
  AMINO_ACIDS.split('').map((acid, index) => [
    `${BASES[index >> 4]}${BASES[(index >> 2) & 3]}${BASES[index & 3]}`,
    acid,
  ]),
);

/**
 * Returns the open frames of a sequence in upper case: those of its six reading frames without a stop codon from end to end, and with a
 * known amino acid. Their names are F1 to F3 forwards and R1 to R3 on the reverse complement, as in VirNucPro.
 * @param {string} letters
 * @returns {{ frame: string, protein: string }[]}
 */
export function openFrames(letters) {
  const strands = /** @type {const} */ ([
    ['F', letters],
    ['R', reverseComplement(letters)],
  ]);
  return strands
    .flatMap(([name, strand]) =>
      [0, 1, 2].map((offset) => ({ frame: `${name}${offset + 1}`, protein: translate(strand, offset) })),
    )
    .filter(({ protein }) => !protein.includes(STOP) && KNOWN_ACID.test(protein));
}

/** @param {string} letters @param {number} offset */
function translate(letters, offset) {
  let protein = '';
  for (let at = offset; at + 3 <= letters.length; at += 3) protein += aminoAcid(letters.slice(at, at + 3));
  return protein;
}

/** Returns the amino acid of a codon; X when its ambiguous letters allow several. @param {string} codon */
function aminoAcid(codon) {
  let acid = known.get(codon);
  if (acid === undefined) {
    const [first = '', second = '', third = ''] = codon.split('').map((letter) => MEANINGS[letter] ?? MEANINGS['N']);
    const all = first
      .split('')
      .flatMap((a) => second.split('').flatMap((b) => third.split('').map((c) => known.get(a + b + c))));
    acid = all.every((other) => other === all[0]) ? (all[0] ?? UNKNOWN) : UNKNOWN;
    known.set(codon, acid);
  }
  return acid;
}

/** @param {string} letters */
function reverseComplement(letters) {
  let reversed = '';
  for (let at = letters.length - 1; at >= 0; at--) reversed += COMPLEMENTS.get(letters[at] ?? '') ?? 'N';
  return reversed;
}

/** @param {string} from @param {string} to */
function pairs(from, to) {
  return new Map(from.split('').map((letter, index) => [letter, to[index]]));
}
