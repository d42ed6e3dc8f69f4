/** Codons by amino acid, as textbooks list them. */
const CODONS: Record<string, string> = {
  A: 'GCT GCC GCA GCG',
  R: 'CGT CGC CGA CGG AGA AGG',
  N: 'AAT AAC',
  D: 'GAT GAC',
  C: 'TGT TGC',
  Q: 'CAA CAG',
  E: 'GAA GAG',
  G: 'GGT GGC GGA GGG',
  H: 'CAT CAC',
  I: 'ATT ATC ATA',
  L: 'TTA TTG CTT CTC CTA CTG',
  K: 'AAA AAG',
  M: 'ATG',
  F: 'TTT TTC',
  P: 'CCT CCC CCA CCG',
  S: 'TCT TCC TCA TCG AGT AGC',
  T: 'ACT ACC ACA ACG',
  W: 'TGG',
  Y: 'TAT TAC',
  V: 'GTT GTC GTA GTG',
  '*': 'TAA TAG TGA',
};

/** The open frames of a sequence of A, C, G and T, found the slow way: what the bundled worker is checked against. */
export function naiveOpenFrames(letters: string): { frame: string; protein: string }[] {
  const complement = letters.replaceAll(/[ACGT]/g, (base) => 'TGCA'['ACGT'.indexOf(base)] ?? '');
  const reverse = complement.split('').toReversed().join('');
  return ['F1', 'F2', 'F3', 'R1', 'R2', 'R3'].flatMap((frame) => {
    const strand = frame.startsWith('F') ? letters : reverse;
    const codons = strand.slice(Number(frame[1]) - 1).match(/.{3}/g) ?? [];
    const protein = codons.map(acidOf).join('');
    return protein === '' || protein.includes('*') ? [] : [{ frame, protein }];
  });
}

function acidOf(codon: string): string {
  return Object.keys(CODONS).find((acid) => CODONS[acid]?.split(' ').includes(codon)) ?? '?';
}
