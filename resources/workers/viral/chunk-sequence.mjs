/**
 * Returns the starts of the chunks of a sequence, as VirNucPro cuts them: as many chunks of `size` bases as cover it. Each begins where the
 * previous one ends, minus an overlap. The overlaps, in total the excess length of the chunks, are distributed over all chunks, including the
 * last one; the longer overlaps come first. So the last chunk is often shorter than the others. A sequence shorter than a chunk is one chunk.
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
 * Returns the chunks of a sequence, with the names of VirNucPro: `<id>_chunk_1`, `<id>_chunk_2`, …
 * @param {string} id @param {Buffer} letters @param {number} size
 */
export function* chunkSequence(id, letters, size) {
  for (const [index, start] of chunkStarts(letters.length, size).entries())
    yield { id: `${id}_chunk_${index + 1}`, letters: letters.subarray(start, start + size) };
}
