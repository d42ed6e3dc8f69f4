import { closeSync, fstatSync, lstatSync, mkdirSync, openSync, readSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { DoctorReport } from '../../../shared/contract/doctor.ts';
import type { LogSource } from '../../../shared/contract/logs.ts';
import type { RunListEntry } from '../../../shared/contract/runs.ts';
import { type Environment, homeFolder } from '../files/data-home.ts';
import { makeFolders } from '../files/make-folders.ts';
import { readMetadataHead } from '../run-directory/metadata-head.ts';
import { journalFile, metadataFile, metricsFile, summaryFile } from '../run-directory/paths.ts';
import { removeSecrets, secretValues } from './remove-secrets.ts';
import { reportLines, verdict } from './report-text.ts';

/** The largest part of one log in a support bundle, from its end: enough to see the cause, small enough to send. */
const BUNDLED_LOG_BYTES = 256 * 1024;
const BUNDLED_JOURNAL_BYTES = 2 * 1024 * 1024;
/** The largest number of entries of the list of runs in a bundle. */
const LISTED_RUNS = 100;

/** Readable only by its creator, until they pass it on. */
const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

const README = `This folder describes a Drover and some of its runs, for whoever is to help.

report.txt, report.json   what "drover doctor" found
runs.json                 the newest runs
drover.log, settings.json of the data directory
runs/<id>/                of single runs: metadata, journal, metrics, summary, and the ends of the logs

Input and output files are not in it. Home folders are written ~, and what has the form of a password, key or token was
replaced. Names of files and what programs printed are in it: look through it before you hand it on.
`;

interface BundleContent {
  report: DoctorReport;
  /** The data directory. */
  home: string;
  /** Newest first. */
  list: readonly RunListEntry[];
  /** The runs whose records are included. */
  runs: readonly { run: string; directory: string }[];
  /** The environment: values of variables that are named as secrets are removed everywhere. */
  env: Environment;
  /** Provides the logs of a run while they are being read. */
  lend: (directory: string, use: (logs: readonly LogSource[]) => Promise<void>) => Promise<void>;
}

/**
 * Writes the folder, which must not exist yet.
 * @returns the files in it, relative
 * @throws the error of the file system
 */
export async function writeSupportBundle(folder: string, content: BundleContent): Promise<string[]> {
  const { report, home, list, runs, env, lend } = content;
  const known = [env, ...runs.map(({ directory }) => parametersOf(directory))].flatMap(secretValues);
  makeFolders(dirname(folder));
  mkdirSync(folder, { mode: PRIVATE_FOLDER });
  const files: string[] = [];
  const add = (name: string, text: string | null): void => {
    if (text === null) return;
    const path = join(folder, name);
    makeFolders(dirname(path), PRIVATE_FOLDER);
    writeFileSync(path, removeSecrets(text, homeFolder(), known), { mode: PRIVATE_FILE });
    files.push(name);
  };
  add('README.txt', README);
  add('report.txt', `${[...reportLines(report), '', verdict(report)].join('\n')}\n`);
  add('report.json', `${JSON.stringify(report, null, 2)}\n`);
  add('runs.json', `${JSON.stringify(list.slice(0, LISTED_RUNS), null, 2)}\n`);
  for (const name of ['drover.log', 'settings.json']) add(name, endOf(join(home, name), BUNDLED_LOG_BYTES));
  for (const { run, directory } of runs)
    await lend(directory, async (logs) => addRun(directory, logs, (name, text) => add(join('runs', run, name), text)));
  return files;
}

function addRun(directory: string, logs: readonly LogSource[], add: (name: string, text: string | null) => void): void {
  for (const path of [metadataFile(directory), metricsFile(directory), summaryFile(directory)])
    add(basename(path), endOf(path, BUNDLED_JOURNAL_BYTES));
  add('journal.ndjson', endOf(journalFile(directory), BUNDLED_JOURNAL_BYTES));
  for (const { path, step } of logs) {
    const folder = step === null ? 'logs' : `logs/step_${String(step).padStart(3, '0')}`;
    add(join(folder, basename(path)), endOf(path, BUNDLED_LOG_BYTES));
  }
}

function parametersOf(directory: string): Readonly<Record<string, unknown>> {
  const head = readMetadataHead(metadataFile(directory));
  return head.ok ? head.value.parameters : {};
}

/** Returns the last bytes of a file, from the beginning of a line; null when there is no such file, or something else such as a link. */
function endOf(path: string, limit: number): string | null {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return null;
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const length = Math.min(size, limit);
    const bytes = Buffer.alloc(length);
    const read = readSync(file, bytes, 0, length, size - length);
    const text = bytes.subarray(0, read).toString('utf8');
    return size > limit ? `… (the first ${size - length} bytes are left out)\n${afterFirstLine(text)}` : text;
  } finally {
    closeSync(file);
  }
}

function afterFirstLine(text: string): string {
  const end = text.indexOf('\n');
  return end === -1 ? text : text.slice(end + 1);
}
