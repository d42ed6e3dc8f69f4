/** The id of a protein is that of its chunk, followed by the name of its frame. */
const FRAME = /[FR][123]$/;

/**
 * Returns one row per protein: the numbers of the chunk that it was found in, then its own.
 * @param {import('./safetensors-file.mjs').EmbeddingTable} dna rows by chunk
 * @param {import('./safetensors-file.mjs').EmbeddingTable} protein rows by chunk and frame
 * @throws when a protein's chunk is missing, or an id is there twice
 */
export function mergeTables(dna, protein) {
  const chunks = new Map(dna.ids.map((id, index) => [id, index]));
  if (chunks.size < dna.ids.length)
    throw new Error('an id of the DNA table is there twice; rows cannot be told apart.');
  if (new Set(protein.ids).size < protein.ids.length)
    throw new Error('an id of the protein table is there twice; rows cannot be told apart.');
  const chunkOf = Float64Array.from(protein.ids, (id) => {
    const chunk = chunks.get(id.replace(FRAME, ''));
    if (chunk === undefined)
      throw new Error(`the protein ${id} has no row in the DNA table. Were long sequences skipped there?`);
    return chunk;
  });
  return { ids: protein.ids, columns: dna.columns + protein.columns, rows: joinedRows(dna, protein, chunkOf) };
}

/**
 * Yields the rows one after the other, so that tables may be larger than the memory.
 * @param {import('./safetensors-file.mjs').EmbeddingTable} dna @param {import('./safetensors-file.mjs').EmbeddingTable} protein
 * @param {Float64Array} chunkOf
 */
function* joinedRows(dna, protein, chunkOf) {
  for (const [index, chunk] of chunkOf.entries()) yield [dna.row(chunk), protein.row(index)];
}
