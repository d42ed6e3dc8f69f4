import { dirname } from 'node:path';
import { PathColumn } from '../../../shared/items/path-column.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';

/** An item and the absolute paths of its outputs. */
export interface PlannedOutputs {
  readonly file: string;
  readonly outputs: readonly string[];
}

/**
 * Refuses items that would overwrite each other: two outputs with one path, an output that is an input, or an output that is the
 * folder of another one. Paths are compared as on the usual file system of the platform.
 * @returns the problem `output-collision` with the first pair and the number of others
 */
export function findOutputCollisions(
  items: Iterable<PlannedOutputs>,
  platform: NodeJS.Platform = process.platform,
): Result<void, Problem> {
  const key = platform === 'darwin' || platform === 'win32' ? foldedPath : (path: string) => path;
  const inputs = new PathColumn();
  for (const { file } of items) inputs.push(key(file));
  // Each output once; its file is at the same index of the second list.
  const outputs = new PathColumn();
  const owners = new PathColumn();
  const folders = new Map<string, string>();
  const complaints: string[] = [];
  for (const item of items) {
    for (const output of item.outputs) {
      const path = key(output);
      const known = outputs.find(path);
      if (known >= 0) complaints.push(samePath(output, owners.get(known), item.file));
      if (inputs.find(path) >= 0) complaints.push(`The output ${output} of ${item.file} is itself an input.`);
      if (known < 0) outputs.push(path);
      if (known < 0) owners.push(item.file);
      noteFolders(folders, path, item.file);
    }
  }
  for (const [folder, inside] of folders) {
    const place = outputs.find(folder);
    if (place >= 0)
      complaints.push(`The output ${folder} of ${owners.get(place)} would be a folder for an output of ${inside}.`);
  }
  return complaints.length === 0 ? ok(undefined) : err(collision(complaints));
}

/** Folds case and composed letters, which these file systems do not distinguish. */
function foldedPath(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

/** Records the folders above a path, up to the first known one. */
function noteFolders(folders: Map<string, string>, path: string, file: string): void {
  let folder = dirname(path);
  while (!folders.has(folder)) {
    folders.set(folder, file);
    folder = dirname(folder);
  }
}

function samePath(output: string, first: string, second: string): string {
  if (first === second) return `${first} has the output ${output} twice.`;
  return `${first} and ${second} have the same output: ${output}.`;
}

function collision(complaints: readonly string[]): Problem {
  const rest = complaints.length - 1;
  const more = rest === 0 ? '' : ` (and ${rest} more like it)`;
  return problem(
    'output-collision',
    `${complaints[0] ?? ''}${more}`,
    'Rename one of the files, use {name} instead of {stem} in the pipeline’s "outputs", or choose another output folder.',
  );
}
