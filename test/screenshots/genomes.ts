import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = ['estuary', 'forest-soil', 'glacier', 'hot-spring', 'marsh', 'reef', 'sediment'];
const FILES_PER_SOURCE = 30;
const CONTIGS = 40;
/** Bases of the shortest and the longest contig. */
const SHORTEST = 40_000;
const LONGEST = 900_000;

/** Writes FASTA files of uneven sizes, the same ones each time, about 2 GB in all: a run over them takes a while. @returns their folder */
export function makeGenomes(folder: string): string {
  mkdirSync(folder, { recursive: true });
  let state = 11;
  const random = (): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
  // Contigs are cut out of one long text, which is made once.
  const text = Buffer.from(Array.from({ length: LONGEST * 2 }, () => 'ACGT'.charCodeAt(Math.floor(random() * 4))));
  for (const source of SOURCES) {
    for (let number = 1; number <= FILES_PER_SOURCE; number += 1) {
      const contigs = Array.from({ length: CONTIGS }, (_, contig) => {
        const length = SHORTEST + Math.floor(random() ** 3 * (LONGEST - SHORTEST));
        const begin = Math.floor(random() * LONGEST);
        return `>${source}-${number}_contig_${contig + 1}\n${text.toString('latin1', begin, begin + length)}\n`;
      });
      writeFileSync(join(folder, `${source}-${String(number).padStart(2, '0')}.fasta`), contigs.join(''));
    }
  }
  return folder;
}
