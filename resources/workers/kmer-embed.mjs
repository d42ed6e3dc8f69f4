/** Queue worker of the pipeline `kmer-embedding`; run by hand with files as arguments it writes into the current folder. */
import { parseArgs } from 'node:util';
import { reportProgress } from './drover-worker.mjs';
import { embedFile } from './kmer/embed-file.mjs';
import { KmerCounter, MAX_K } from './kmer/kmer-counter.mjs';
import { EXIT_USAGE, messageOf, openLog, processItems } from './process-items.mjs';

const USAGE = `Usage: kmer-embed.mjs [--k 1..${MAX_K}] [FILE...]
Writes canonical k-mer frequencies of each sequence of FASTA or FASTQ files, plain or gzip: STEM.npy and STEM.ids.txt.
Without FILE it reads items from standard input, one JSON object per line: {"file": "/data/a.fa", "output": "/out/a.npy"}.
`;

const request = readArguments();
if ('text' in request) {
  process.stderr.write(request.text);
  process.exitCode = request.status;
} else {
  await embedAll(request);
}

/** @returns {{ text: string, status: number } | { k: number, files: string[] }} */
function readArguments() {
  try {
    const options = /** @type {const} */ ({
      k: { type: 'string', default: '4' },
      help: { type: 'boolean', short: 'h' },
    });
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (values.help === true) return { text: USAGE, status: 0 };
    const k = Number(values.k);
    if (Number.isInteger(k) && k >= 1 && k <= MAX_K) return { k, files: positionals };
    return { text: `--k must be a whole number from 1 to ${MAX_K}, found: ${values.k}\n`, status: EXIT_USAGE };
  } catch (error) {
    return { text: `${messageOf(error)}\n${USAGE}`, status: EXIT_USAGE };
  }
}

/** @param {{ k: number, files: string[] }} request */
async function embedAll({ k, files }) {
  const log = openLog('kmer-embed');
  log.info(`k-mer table loaded: k = ${k}, ${new KmerCounter(k).dimension} canonical k-mers`);
  await processItems({
    log,
    files,
    suffix: '.npy',
    work: async (file, output) => {
      /** @param {number} done @param {number} total */
      const onProgress = (done, total) => reportProgress(file, done, total);
      const { sequences, bases, outputs } = await embedFile({ file, output, k, onProgress });
      return { outputs, metrics: { sequences, bases }, said: `${sequences} sequences, ${bases} bases` };
    },
  });
}
