/** The middle value; of an even number the mean of both middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

/** The value that a part of all values does not exceed. @param part from 0 to 1: 0.99 for p99 */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? Number.NaN;
}

/**
 * Measures several things in turn, A B C A B C …, so that a slow minute of the machine meets all of them.
 * @param measures null for one that cannot be measured here; it gets no values
 * @returns the values of each, in the order of the rounds
 */
export async function interleaved<Name extends string>(
  rounds: number,
  measures: Readonly<Record<Name, (() => Promise<number>) | null>>,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries(measures) as [Name, (() => Promise<number>) | null][];
  const values = Object.fromEntries(entries.map(([name]) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round += 1)
    for (const [name, measure] of entries) if (measure !== null) values[name].push(await measure());
  return values;
}

/** The median of the ratios of each round. */
export function medianRatio(ours: readonly number[], reference: readonly number[]): number {
  return median(ours.map((value, round) => value / (reference[round] ?? Number.NaN)));
}

/** Round by round, what is left of one measure without another: a run without its start-up. */
export function without(values: readonly number[], startUp: readonly number[]): number[] {
  return values.map((value, round) => value - (startUp[round] ?? Number.NaN));
}
