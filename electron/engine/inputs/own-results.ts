import { statSync } from 'node:fs';
import { basename, relative, resolve, sep } from 'node:path';
import type { LaunchNotice } from '../../../shared/contract/launch.ts';
import { count } from '../../../shared/format.ts';
import type { FileRow } from '../../../shared/items/file-table.ts';
import type { Sequence } from '../../../shared/items/sequence.ts';
import type { ParameterValue, Pipeline } from '../../../shared/pipeline/pipeline.ts';
import { liesIn, placeOf } from '../files/folder-places.ts';
import { prepareOutputs } from '../pipelines/expand-outputs.ts';
import { nameMatcher } from './glob-pattern.ts';

/** A launch after its files were found. */
export interface FoundLaunch {
  pipeline: Pipeline;
  parameters: Readonly<Record<string, ParameterValue>>;
  files: Sequence<FileRow>;
  /** Files, folders and patterns as the user wrote them. */
  inputs: readonly string[];
  workingDirectory: string;
  /** The folder for the results, absolute; null for the run's own folder. */
  outputDir: string | null;
}

/** Only the names of outputs matter here. */
const ANY_FOLDER = '/outputs';

/**
 * Returns notices for a pipeline that takes files with the names of its own results, as with the pattern `*`: results of an earlier run among
 * the inputs, and results that the next run would take. Results of a pipeline with several steps are unknown before they run.
 */
export function noticeOwnResults(launch: FoundLaunch): LaunchNotice[] {
  const { pipeline, parameters, files } = launch;
  const [step] = pipeline.steps;
  const sample = files.at(0);
  if (step === undefined || pipeline.steps.length > 1 || sample === undefined) return [];
  const outputsOf = prepareOutputs(step, { outputDir: ANY_FOLDER, parameters });
  const namesOf = (row: FileRow): string[] => {
    const outputs = outputsOf(row);
    return outputs.ok ? outputs.value.map((path) => basename(path)) : [];
  };
  const isTaken = nameMatcher(pipeline.inputs.patterns);
  const named = namesOf(sample).find(isTaken);
  if (named === undefined) return [];
  return [...amongInputs(files, namesOf), ...insideInputs(launch, named)];
}

/** Finds inputs with the name of another input's result. */
function amongInputs(files: Sequence<FileRow>, namesOf: (row: FileRow) => string[]): LaunchNotice[] {
  const names = new Set<string>();
  for (const { file } of files) names.add(basename(file));
  const results = new Set<string>();
  for (const row of files) {
    const own = basename(row.file);
    for (const name of namesOf(row)) if (name !== own && names.has(name)) results.add(name);
  }
  if (results.size === 0) return [];
  let met = 0;
  let first = '';
  for (const { file } of files) {
    if (!results.has(basename(file))) continue;
    if (met === 0) first = file;
    met += 1;
  }
  const [are, like] = met === 1 ? ['input is', 'a result'] : ['inputs are', 'results'];
  return [
    {
      message: `${count(met)} ${are} named like ${like} of this pipeline, such as ${first}.`,
      advice:
        'If an earlier run made them, move them out of the input folder, or name the files to take, such as "data/*.txt".',
    },
  ];
}

/** Finds an output folder that the next search of an input folder would include. */
function insideInputs({ inputs, workingDirectory, outputDir }: FoundLaunch, named: string): LaunchNotice[] {
  if (outputDir === null) return [];
  const place = placeOf(outputDir);
  const around = inputs
    .map((input) => resolve(workingDirectory, input))
    .find((input) => isFolder(input) && liesIn(place, placeOf(input)) && !isHidden(relative(input, outputDir)));
  if (around === undefined) return [];
  return [
    {
      message: `The output folder ${outputDir} lies in the input folder ${around}: a later run would take results such as ${named} as inputs.`,
      advice: 'Choose an output folder outside the input folder.',
    },
  ];
}

/** Whether a path has a hidden part; a search skips hidden folders. */
function isHidden(path: string): boolean {
  return path.split(sep).some((part) => part.startsWith('.') && part !== '..');
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    return false;
  }
}
