import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { journalFile, metadataFile, ownerFile, runDirectory } from '../../electron/engine/run-directory/paths.ts';
import { makeRun } from '../helpers/make-run.ts';

/** Runs follow each other after this time (milliseconds): 10,000 of them make up two years. */
const APART_MS = 105 * 60 * 1000;
const NEWEST = Date.parse('2026-11-21T05:15:00.000Z');
const PIPELINES = ['kmer-embedding', 'protein-embedding', 'structure-prediction', 'variant-calling'];
/** Every so many runs one ended otherwise. */
const ENDS = ['completed', 'completed', 'completed', 'completed-with-failures', 'stopped', 'failed', null] as const;
const ITEMS = 12;
/** Stands for the number in the name of a run that others are made of. */
const MODEL_MARK = 'zero';

/**
 * Writes the records of many runs, as a workstation has them after years: different pipelines, names and ends, one in seven interrupted.
 * Each has what the list reads (journal, metadata, owner) and no logs.
 * @param runs the folder of all runs
 */
export function makeHistory(runs: string, count: number): void {
  const models = ENDS.flatMap((end) => PIPELINES.map((pipeline) => modelRun(runs, pipeline, end)));
  for (let index = 1; index <= count - models.length; index += 1) copyRun(runs, models[index % models.length], index);
}

interface Model {
  run: string;
  pipeline: string;
  journal: string;
  metadata: string;
}

let made = 0;

function modelRun(runs: string, pipeline: string, end: (typeof ENDS)[number]): Model {
  made += 1;
  const created = new Date(NEWEST + made * 1000);
  const run = runIdAt(created, made);
  const failEvery = end === 'completed-with-failures' || end === 'failed' ? 5 : 0;
  const finished = end === null || end === 'stopped' ? ITEMS / 2 : ITEMS;
  const name = `batch-${MODEL_MARK} of ${pipeline}`;
  const directory = makeRun(runs, { run, pipeline, name, items: ITEMS, failEvery, finished, end, created });
  writeOwner(directory);
  const journal = readFileSync(journalFile(directory), 'utf8');
  return { run, pipeline, journal, metadata: readFileSync(metadataFile(directory), 'utf8') };
}

function copyRun(runs: string, model: Model | undefined, index: number): void {
  if (model === undefined) return;
  const created = new Date(NEWEST - index * APART_MS);
  const run = runIdAt(created, index);
  const directory = runDirectory(runs, model.pipeline, run);
  mkdirSync(directory, { recursive: true });
  const own = (text: string): string =>
    text
      .replaceAll(model.run, run)
      .replaceAll(`batch-${MODEL_MARK}`, `batch-${index}`)
      .replaceAll(/2026-11-21T05:(\d\d:\d\d\.\d{3}Z)/g, `${created.toISOString().slice(0, 14)}$1`);
  writeFileSync(journalFile(directory), own(model.journal));
  writeFileSync(metadataFile(directory), own(model.metadata));
  writeOwner(directory);
}

/** As a run's owner leaves it: the machine was started anew since, or it has let go. */
function writeOwner(directory: string): void {
  const owner = { pid: 100, start_time: 1, boot_id: 'earlier', host: 'box', nonce: '000000000000', released: true };
  writeFileSync(ownerFile(directory), `${JSON.stringify(owner)}\n`);
}

function runIdAt(time: Date, index: number): string {
  const digits = time.toISOString().replace(/\D/g, '');
  const tail = (index % 36 ** 4).toString(36).padStart(4, '0');
  return `${digits.slice(0, 8)}-${digits.slice(8, 14)}-${digits.slice(14, 17)}-${tail}`;
}

// As a program of its own: node test/bench/history-runs.ts HOME COUNT
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const [home = '', count = '10000'] = process.argv.slice(2);
  makeHistory(join(home, 'runs'), Number(count));
}
