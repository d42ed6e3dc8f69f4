import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const RESIDUES = 'ACDEFGHIKLMNPQRSTVWY';
const LINE_WIDTH = 70;
const SOURCES = ['halophiles', 'hot-spring', 'lake-mud', 'permafrost', 'reef', 'tundra', 'vent'];

/** Writes protein files of uneven sizes, the same ones each time, and one that is damaged. @returns their folder */
export function makeProteins(folder: string): string {
  mkdirSync(folder, { recursive: true });
  let state = 7;
  const random = (): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
  for (const [place, source] of SOURCES.entries()) {
    for (let number = 1; number <= 6; number += 1) {
      const name = source === 'reef' && number === 4 ? 'reef-04-unfinished' : `${source}-0${number}`;
      const records = Array.from({ length: 20 + Math.floor(random() * 60) }, (_, record) => {
        const length = 80 + Math.floor(random() ** 3 * (place === 2 ? 1_800 : 900));
        const text = Array.from({ length }, () => RESIDUES[Math.floor(random() * RESIDUES.length)]).join('');
        return `>${source}_${number}_${record + 1}\n${text.replaceAll(new RegExp(`.{${LINE_WIDTH}}`, 'g'), '$&\n')}\n`;
      });
      writeFileSync(join(folder, `${name}.faa`), records.join(''));
    }
  }
  return folder;
}
