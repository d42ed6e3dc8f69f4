import type { FileRows } from './rows-of-file.ts';

/** An array in a file of several. */
export interface NamedArray {
  name: string;
  shape: readonly number[];
}

/** What ids of rows are called. */
const IDS = /^(?:ids|names|labels|sequence_ids|headers)$/i;
/** Ids that are too many for a header stand as bytes, and this array has their borders: one more than there are ids. */
const ID_BORDERS = 'ids_offsets';
/** What the array with one row per sequence is called; its rows are told by it even where nothing else does. */
const EMBEDDINGS = /^(?:embeddings?|features?|mean|means|mean_embeddings?|vectors?|x)$/i;

/**
 * How many rows a file of named arrays has: as many as it has ids; without ids as many as its array of embeddings, or as all its arrays
 * when these are equally long. Where ids and embeddings disagree the file is damaged.
 * @param ids how many ids stand elsewhere in the file
 */
export function rowsOfArrays(arrays: readonly NamedArray[], ids: number | null): FileRows {
  const lists = arrays.filter(({ name, shape }) => shape.length === 1 && IDS.test(name));
  const named = arrays.filter(({ name, shape }) => shape.length > 0 && EMBEDDINGS.test(name));
  const borders = arrays.find(({ name, shape }) => name === ID_BORDERS && shape.length === 1)?.shape[0];
  const idCount = ids ?? lists[0]?.shape[0] ?? (borders === undefined ? null : Math.max(0, borders - 1));
  const odd = idCount === null ? undefined : named.find(({ shape }) => shape[0] !== idCount);
  if (odd !== undefined)
    return { rows: idCount, damage: `has ${idCount} ids and ${odd.shape[0]} rows of "${odd.name}"` };
  if (idCount !== null) return { rows: idCount, damage: null };
  const candidates = named.length > 0 ? named : arrays;
  const lengths = new Set(candidates.map(({ shape }) => shape[0]));
  const [length] = lengths;
  return { rows: lengths.size === 1 ? (length ?? null) : null, damage: null };
}
