/**
 * Where the chunks of a sequence begin: as few of `size` bases as cover it, all of them whole, overlapping as evenly as can be. Overlaps that
 * are a base longer come first, as in VirNucPro. What is shorter than a chunk is one chunk.
 * @param {number} length @param {number} size
 * @returns {number[]}
 */
export function chunkStarts(length, size) {
  const count = Math.max(1, Math.ceil(length / size));
  const overlaps = count - 1;
  const shared = count * size - length;
  const longer = overlaps === 0 ? 0 : shared % overlaps;
  const overlap = overlaps === 0 ? 0 : Math.floor(shared / overlaps);
  return Array.from({ length: count }, (_, index) => index * (size - overlap) - Math.min(index, longer));
}

/**
 * The chunks of a sequence, named as VirNucPro names them: `<id>_chunk_1`, `<id>_chunk_2`, …
 * @param {string} id @param {string} letters @param {number} size
 */
export function chunkSequence(id, letters, size) {
  return chunkStarts(letters.length, size).map((start, index) => ({
    id: `${id}_chunk_${index + 1}`,
    letters: letters.slice(start, start + size),
  }));
}
