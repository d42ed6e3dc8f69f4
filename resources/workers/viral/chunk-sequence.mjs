/**
 * Where the chunks of a sequence begin, as VirNucPro cuts them: as many as `size` bases cover it, each beginning where the one before ends less an
 * overlap. What the chunks are longer than the sequence, together, is shared out over all of them, the last one too; overlaps that are a base
 * longer come first. So the last chunk is often shorter than the others. What is shorter than a chunk is one chunk.
 * @param {number} length @param {number} size
 * @returns {number[]}
 */
export function chunkStarts(length, size) {
  const count = Math.max(1, Math.ceil(length / size));
  const surplus = count * size - length;
  const overlap = Math.floor(surplus / count);
  const longer = surplus - overlap * (count - 1);
  return Array.from({ length: count }, (_, index) => index * (size - overlap) - Math.min(index, longer));
}

/**
 * The chunks of a sequence, named as VirNucPro names them: `<id>_chunk_1`, `<id>_chunk_2`, …
 * @param {string} id @param {Buffer} letters @param {number} size
 */
export function* chunkSequence(id, letters, size) {
  for (const [index, start] of chunkStarts(letters.length, size).entries())
    yield { id: `${id}_chunk_${index + 1}`, letters: letters.subarray(start, start + size) };
}
