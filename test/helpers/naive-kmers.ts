const COMPLEMENT: Record<string, string> = { A: 'T', C: 'G', G: 'C', T: 'A' };

/** Canonical k-mer frequencies computed the slow way, by cutting strings: what the bundled worker is checked against. */
export function naiveFrequencies(sequence: string, k: number): number[] {
  const text = sequence.toUpperCase().replaceAll('U', 'T');
  const windows = Array.from({ length: Math.max(0, text.length - k + 1) }, (_, at) => text.slice(at, at + k))
    .filter((window) => /^[ACGT]+$/.test(window))
    .map(canonical);
  return canonicalKmers(k).map((kmer) => {
    const count = windows.filter((window) => window === kmer).length;
    return Math.fround(windows.length === 0 ? 0 : count / windows.length);
  });
}

/** All canonical k-mers in lexicographic order. */
function canonicalKmers(k: number): string[] {
  let all = [''];
  for (let length = 0; length < k; length++) all = all.flatMap((kmer) => 'ACGT'.split('').map((base) => kmer + base));
  return [...new Set(all.map(canonical))].toSorted();
}

function canonical(kmer: string): string {
  const reverse = kmer
    .split('')
    .toReversed()
    .map((base) => COMPLEMENT[base] ?? '?')
    .join('');
  return kmer < reverse ? kmer : reverse;
}
