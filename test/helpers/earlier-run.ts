import { cpSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runDirectory } from '../../electron/engine/run-directory/paths.ts';

const FIXTURE = join(import.meta.dirname, '../fixtures/earlier-run');
const RUN = '20261130-151532-408-fgeu';

/** A run as a release wrote it that noted nothing of its outputs and kept the list of inputs in metadata.json. */
export interface EarlierRun {
  run: string;
  directory: string;
  inputFolder: string;
  /** The folder that was given for its results: of 4-mers. */
  output: string;
}

/** Puts the recorded run into a data folder, with its inputs and results below another folder. */
export function putEarlierRun(home: string, folder: string): EarlierRun {
  const directory = runDirectory(join(home, 'runs'), 'kmer-embedding', RUN);
  cpSync(FIXTURE, directory, { recursive: true });
  const [inputFolder, output] = [join(folder, 'in'), join(folder, 'results')];
  cpSync(join(FIXTURE, 'in'), inputFolder, { recursive: true });
  cpSync(join(FIXTURE, 'results'), output, { recursive: true });
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(?:json|ndjson)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll('{FOLDER}', folder));
  }
  for (const input of recordedInputs(directory)) utimesSync(input.path, new Date(), input.mtime_ms / 1000);
  return { run: RUN, directory, inputFolder, output };
}

function recordedInputs(directory: string): { path: string; mtime_ms: number }[] {
  const document = JSON.parse(readFileSync(join(directory, 'metadata.json'), 'utf8')) as {
    inputs: { path: string; mtime_ms: number }[];
  };
  return document.inputs;
}
