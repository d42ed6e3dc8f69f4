/**
 * Program of the pipeline `viral-features`, one process per run file: joins the table of the chunks' embeddings and that of their proteins.
 * Usage: merge-features.mjs DNA.safetensors PROTEIN.safetensors OUTPUT.safetensors
 */
import { closeSync, openSync } from 'node:fs';
import { atomicOutput } from './drover-worker.mjs';
import { EXIT_USAGE, messageOf } from './process-items.mjs';
import { mergeTables } from './viral/merge-tables.mjs';
import { readEmbeddings, writeTable } from './viral/safetensors-file.mjs';

const [dnaFile, proteinFile, output, ...rest] = process.argv.slice(2);
if (dnaFile === undefined || proteinFile === undefined || output === undefined || rest.length > 0) {
  process.stderr.write('Usage: merge-features.mjs DNA.safetensors PROTEIN.safetensors OUTPUT.safetensors\n');
  process.exitCode = EXIT_USAGE;
} else {
  try {
    merge(dnaFile, proteinFile, output);
  } catch (error) {
    process.stderr.write(`ERROR: ${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}

/** @param {string} dnaPath @param {string} proteinPath @param {string} target */
function merge(dnaPath, proteinPath, target) {
  const [dna, protein] = [readEmbeddings(dnaPath), readEmbeddings(proteinPath)];
  const { ids, columns, rows } = mergeTables(dna, protein);
  const metadata = {
    ids: JSON.stringify(ids),
    dna_columns: String(dna.columns),
    protein_columns: String(protein.columns),
    dna_model: dna.notes['model'] ?? '',
    protein_model: protein.notes['model'] ?? '',
  };
  const whole = atomicOutput(target);
  const file = openSync(whole.temporary, 'w');
  try {
    writeTable(file, { name: 'features', columns, rows, metadata });
  } finally {
    closeSync(file);
  }
  whole.commit();
  process.stdout.write(`${rows.length} proteins of ${dna.ids.length} chunks, ${columns} numbers each\n`);
}
