/** A suggestion may differ from the typed word in one letter of three; a more distant one would only confuse. */
const LETTERS_PER_MISTAKE = 3;

/**
 * Returns the known word that was most likely meant, or null when none is similar.
 * Distance: insertions, deletions, replacements and swaps of neighbours (optimal string alignment); case is ignored.
 */
export function closestWord(typed: string, known: Iterable<string>): string | null {
  const allowed = Math.max(1, Math.floor(typed.length / LETTERS_PER_MISTAKE));
  let best: string | null = null;
  let bestDistance = allowed + 1;
  for (const word of known) {
    if (Math.abs(word.length - typed.length) > allowed) continue;
    const distance = editDistance(typed.toLowerCase(), word.toLowerCase());
    if (distance < bestDistance) {
      best = word;
      bestDistance = distance;
    }
  }
  return best;
}

/** Returns the sentence for a message: ` Did you mean "x"?`, or nothing when no known word is similar. */
export function didYouMean(typed: string, known: Iterable<string>): string {
  const word = closestWord(typed, known);
  return word === null ? '' : ` Did you mean "${word}"?`;
}

function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const same = a[row - 1] === b[column - 1];
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, b.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
