/** Queue worker of the pipeline `kmer-embedding`; run by hand with files as arguments it writes into the current folder. */
import { basename, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { complete, failed, items, reportProgress, setupWorkerLogging, workerRank } from './drover-worker.mjs';
import { embedFile } from './kmer/embed-file.mjs';
import { KmerCounter, MAX_K } from './kmer/kmer-counter.mjs';

const USAGE = `Usage: kmer-embed.mjs [--k 1..${MAX_K}] [FILE...]
Writes canonical k-mer frequencies of each sequence of FASTA or FASTQ files, plain or gzip: STEM.npy and STEM.ids.txt.
Without FILE it reads items from standard input, one JSON object per line: {"file": "/data/a.fa", "output": "/out/a.npy"}.
`;
/** The status of wrong usage, as in the other commands. */
const EXIT_USAGE = 2;

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
  const log = makeLog();
  log.info(`k-mer table loaded: k = ${k}, ${new KmerCounter(k).dimension} canonical k-mers`);
  let failures = 0;
  for await (const item of items({ files })) {
    if (!(await embedItem(item, k, log))) failures += 1;
  }
  // An engine counts failures by the reports; whoever runs this by hand looks at the exit status.
  if (files.length > 0 && failures > 0) process.exitCode = 1;
}

/** Inside a Drover worker lines go to its log; alone, to standard error. */
function makeLog() {
  const folder = process.env['DROVER_LOG_DIR'] ?? '';
  if (folder !== '') return setupWorkerLogging(workerRank(), folder).getLogger('kmer-embed');
  /** @param {string} message */
  const print = (message) => process.stderr.write(`${message}\n`);
  return { info: print, error: print };
}

/**
 * Whether the item is complete; a file that cannot be embedded must not keep the others from it.
 * @param {import('./drover-worker.mjs').Item} item @param {number} k @param {ReturnType<typeof makeLog>} log
 */
async function embedItem(item, k, log) {
  const started = performance.now();
  const { file } = item;
  const output = item.output ?? resolve(`${stemOf(file)}.npy`);
  try {
    /** @param {number} done @param {number} total */
    const onProgress = (done, total) => reportProgress(file, done, total);
    const { sequences, bases, outputs } = await embedFile({ file, output, k, onProgress });
    const seconds = ((performance.now() - started) / 1000).toFixed(2);
    log.info(`${basename(file)}: ${sequences} sequences, ${bases} bases in ${seconds} s`);
    complete(file, { outputs, metrics: { sequences, bases } });
    return true;
  } catch (error) {
    log.error(`${basename(file)}: ${messageOf(error)}`);
    failed(file, `${file}: ${messageOf(error)}`);
    return false;
  }
}

/** @param {string} file */
function stemOf(file) {
  return basename(file)
    .replace(/\.gz$/, '')
    .replace(/\.[^.]+$/, '');
}

/** @param {unknown} error */
function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
