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
  const withoutMark = text.replace(/^\u00ef\u00bb\u00bf/, '');
  const first = /[^\0- ]/.exec(withoutMark);
  return first?.[0] === '@' ? fastqLengths(withoutMark.slice(first.index)) : fastaLengths(withoutMark);
}

function fastaLengths(text: string): number[] {
  const lengths: number[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith('>')) lengths.push(0);
    else if (!line.startsWith(';') && lengths.length > 0) lengths.push((lengths.pop() ?? 0) + visible(line));
  }
  return lengths;
}

function fastqLengths(text: string): number[] {
  const lengths: number[] = [];
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; ) {
    if (visible(lines[at] ?? '') === 0) at++;
    else {
      lengths.push(visible(lines[at + 1] ?? ''));
      at += 4;
    }
  }
  return lengths;
}

function visible(line: string): number {
  return line.replace(/[\0- ]/g, '').length;
}
