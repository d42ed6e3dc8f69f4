import { basename, resolve, sep } from 'node:path';
import { closestWord } from '../../../shared/did-you-mean.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { type FoundPipelines, findPipelines, type PipelineFolders } from './find-pipelines.ts';
import { type LoadedPipeline, readPipelineFile } from './read-pipeline-file.ts';

export interface PipelineRequest extends PipelineFolders {
  /** A pipeline's name, or the path of a JSON file: what holds a separator or ends in `.json` is a path. */
  readonly name: string;
  /** Where a relative path starts. */
  readonly workingDirectory: string;
}

/**
 * Loads the pipeline that a person asked for. A person's own pipeline is taken before a bundled one of the same name.
 * @returns the problem `unknown-pipeline` or `invalid-pipeline` when it cannot be used
 */
export async function loadPipeline(request: PipelineRequest): Promise<Result<LoadedPipeline, Problem>> {
  const { name, workingDirectory } = request;
  if (isPath(name)) return await readPipelineFile(resolve(workingDirectory, name));
  const found = await findPipelines(request);
  const pipeline = found.pipelines.get(name);
  if (pipeline !== undefined) return ok(pipeline);
  return err(brokenFileOf(name, found) ?? unknownPipeline(name, [...found.pipelines.keys()]));
}

function isPath(text: string): boolean {
  return text.includes('/') || text.includes(sep) || text.endsWith('.json');
}

/** A file that carries the name but cannot be read has more to say than "unknown". */
function brokenFileOf(name: string, found: FoundPipelines): Problem | null {
  return found.problems.find(({ file }) => basename(file, '.json') === name)?.problem ?? null;
}

function unknownPipeline(name: string, known: readonly string[]): Problem {
  const guess = closestWord(name, known);
  const list = known.length === 0 ? 'No pipeline was found.' : `Pipelines: ${known.join(', ')}.`;
  const hint = guess === null ? '' : `Did you mean "${guess}"? `;
  return problem(
    'unknown-pipeline',
    `There is no pipeline "${name}".`,
    `${hint}${list} The path of a JSON file works, too.`,
  );
}
