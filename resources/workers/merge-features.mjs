/**
 * Queue worker of the pipeline `viral-features`: joins the table of the chunks' embeddings and that of their proteins.
 * By hand: merge-features.mjs DNA.safetensors PROTEIN.safetensors OUTPUT.safetensors
 */
import { closeSync, openSync } from 'node:fs';
import { atomicOutput } from './drover-worker.mjs';
import { EXIT_USAGE, messageOf, openLog, processItems } from './process-items.mjs';
import { mergeTables } from './viral/merge-tables.mjs';
import { readEmbeddings, writeTable } from './viral/safetensors-file.mjs';

const [dnaFile, proteinFile, target, ...rest] = process.argv.slice(2);
if (dnaFile === undefined) {
  await processItems({ log: openLog('merge-features'), files: [], suffix: '.features.safetensors', work: mergeItem });
} else if (proteinFile === undefined || target === undefined || rest.length > 0) {
  process.stderr.write('Usage: merge-features.mjs [DNA.safetensors PROTEIN.safetensors OUTPUT.safetensors]\n');
  process.exitCode = EXIT_USAGE;
} else {
  mergeByHand(dnaFile, proteinFile, target);
}

/** @param {string} _file @param {string} output @param {Record<string, string>} files */
async function mergeItem(_file, output, { dna, protein }) {
  if (dna === undefined || protein === undefined)
    throw new Error('the step has to join its files under the names "dna" and "protein".');
  return merge(dna, protein, output);
}

/** @param {string} dna @param {string} protein @param {string} output */
function mergeByHand(dna, protein, output) {
  try {
    process.stdout.write(`${merge(dna, protein, output).said}\n`);
  } catch (error) {
    process.stderr.write(`ERROR: ${messageOf(error)}\n`);
    process.exitCode = 1;
  }
}

/** @param {string} dnaPath @param {string} proteinPath @param {string} output */
function merge(dnaPath, proteinPath, output) {
  const dna = readEmbeddings(dnaPath);
  try {
    const protein = readEmbeddings(proteinPath);
    try {
      return mergeOpened(dna, protein, output);
    } finally {
      protein.close();
    }
  } finally {
    dna.close();
  }
}

/**
 * @param {import('./viral/safetensors-file.mjs').EmbeddingTable} dna
 * @param {import('./viral/safetensors-file.mjs').EmbeddingTable} protein
 * @param {string} output
 */
function mergeOpened(dna, protein, output) {
  const { ids, columns, rows } = mergeTables(dna, protein);
  const metadata = {
    dna_columns: String(dna.columns),
    protein_columns: String(protein.columns),
    dna_model: dna.notes['model'] ?? '',
    protein_model: protein.notes['model'] ?? '',
  };
  const whole = atomicOutput(output);
  try {
    writeFile(whole.temporary, (file) => writeTable(file, { name: 'features', columns, ids, rows, metadata }));
  } catch (error) {
    whole.discard();
    throw error;
  }
  whole.commit();
  const said = `${ids.length} proteins of ${dna.ids.length} chunks, ${columns} numbers each`;
  return { outputs: [output], metrics: { proteins: ids.length, chunks: dna.ids.length }, said };
}

/** @param {string} path @param {(file: number) => void} write gets an open descriptor */
function writeFile(path, write) {
  const file = openSync(path, 'w');
  try {
    write(file);
  } finally {
    closeSync(file);
  }
}
