/** Costs counted line by line from the whole text: slow, short and written apart from the engine's counters. */
export interface NaiveCosts {
  lines: number;
  'jsonl-records': number;
  'fasta-sequences': number;
  'fasta-residues': number;
  'fasta-attention': number;
}

/** @param bytes the whole file, uncompressed */
export function naiveCosts(bytes: Buffer): NaiveCosts {
  const text = bytes.toString('latin1');
  const lines = text.split('\n');
  const lengths = sequenceLengths(text);
  return {
    lines: text === '' ? 0 : lines.length - (text.endsWith('\n') ? 1 : 0),
    'jsonl-records': lines.filter((line) => visible(line) > 0).length,
    'fasta-sequences': lengths.length,
    'fasta-residues': lengths.reduce((sum, length) => sum + length, 0),
    'fasta-attention': lengths.reduce((sum, length) => sum + length * length, 0),
  };
}

function sequenceLengths(text: string): number[] {
  const withoutMark = text.replace(/^\u00ef\u00bb\u00bf/, '').replace(/^[ \t\r\n]+/, '');
  if (withoutMark.startsWith('@')) return fastqLengths(withoutMark);
  return /^[>;]/.test(withoutMark) ? fastaLengths(withoutMark) : [];
}

function fastaLengths(text: string): number[] {
  const lengths: number[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (line.startsWith('>')) lengths.push(0);
    else if (line.startsWith(';')) continue;
    // Letters before the first header are no sequence, and what follows is not believed either.
    else if (lengths.length > 0) lengths.push((lengths.pop() ?? 0) + letters(line));
    else if (visible(line) > 0) return [];
  }
  return lengths;
}

/** Up to the first line that is not as it should be. */
function fastqLengths(text: string): number[] {
  const lengths: number[] = [];
  let [state, owed] = ['between', 0];
  for (const line of text.replace(/\r$/, '').split(/\r?\n/)) {
    const [before = '', behind] = line.split('\r');
    if (behind !== undefined) {
      // A CR alone is damage; what comes before it counts.
      if (state === 'sequence' && !before.startsWith('+')) lengths.push((lengths.pop() ?? 0) + letters(before));
      return lengths;
    }
    if (state === 'between' && line === '') continue;
    if (state === 'between') {
      if (!line.startsWith('@')) return lengths;
      [state, owed] = ['sequence', 0];
      lengths.push(0);
    } else if (state === 'sequence' && line.startsWith('+')) {
      state = owed === 0 ? 'between' : 'quality';
    } else if (state === 'sequence') {
      owed += line.length;
      lengths.push((lengths.pop() ?? 0) + letters(line));
      if (/[ \t]$/.test(line)) return lengths;
    } else {
      owed -= line.length;
      if (owed < 0) return lengths;
      if (owed === 0) state = 'between';
    }
  }
  return lengths;
}

function letters(line: string): number {
  return line.replace(/[^@-\u007f]/g, '').length;
}

function visible(line: string): number {
  return line.replace(/[\0- ]/g, '').length;
}
