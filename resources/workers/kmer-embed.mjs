/** Queue worker of the pipeline `kmer-embedding`; run by hand with files as arguments it writes into the current folder. */
import { parseArgs } from 'node:util';
import { reportProgress } from './drover-worker.mjs';
import { embedFile } from './kmer/embed-file.mjs';
import { KmerCounter, MAX_K } from './kmer/kmer-counter.mjs';
import {
  EXIT_USAGE,
  leftOutMetrics,
  messageOf,
  openLog,
  processItems,
  readSequenceOptions,
  SEQUENCE_OPTIONS,
} from './process-items.mjs';

const USAGE = `Usage: kmer-embed.mjs [--k 1..${MAX_K}] [--ids first-word|whole-header] [--check-kind true|false] [FILE...]
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

/** @typedef {{ k: number, files: string[], ids: import('./sequences/header-line.mjs').IdRule, onlyDna: boolean }} Arguments */

/** @returns {{ text: string, status: number } | Arguments} */
function readArguments() {
  try {
    const options = /** @type {const} */ ({
      k: { type: 'string', default: '4' },
      help: { type: 'boolean', short: 'h' },
      ...SEQUENCE_OPTIONS,
    });
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    if (values.help === true) return { text: USAGE, status: 0 };
    const k = Number(values.k);
    const reading = readSequenceOptions(values);
    if ('text' in reading) return { text: reading.text, status: EXIT_USAGE };
    if (Number.isInteger(k) && k >= 1 && k <= MAX_K) return { k, files: positionals, ...reading };
    return { text: `--k must be a whole number from 1 to ${MAX_K}, found: ${values.k}\n`, status: EXIT_USAGE };
  } catch (error) {
    return { text: `${messageOf(error)}\n${USAGE}`, status: EXIT_USAGE };
  }
}

/** @param {Arguments} request */
async function embedAll({ k, files, ids, onlyDna }) {
  const log = openLog('kmer-embed');
  log.info(`k-mer table loaded: k = ${k}, ${new KmerCounter(k).dimension} canonical k-mers`);
  await processItems({
    log,
    files,
    suffix: '.npy',
    work: async (file, output) => {
      /** @param {number} done @param {number} total */
      const onProgress = (done, total) => reportProgress(file, done, total);
      const { sequences, bases, outputs, leftOut, warnings } = await embedFile({
        file,
        output,
        k,
        ids,
        onlyDna,
        onProgress,
      });
      const metrics = { sequences, bases, ...leftOutMetrics(leftOut) };
      return { outputs, metrics, said: `${sequences} sequences, ${bases} bases`, warnings };
    },
  });
}
