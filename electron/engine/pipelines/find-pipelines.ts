import { readdir } from 'node:fs/promises';
import { basename, join, resolve, sep } from 'node:path';
import type { PipelineList, PipelineSummary } from '../../../shared/contract/launch.ts';
import { closestWord } from '../../../shared/did-you-mean.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { ownPipelinesFolder } from '../files/data-home.ts';
import { type LoadedPipeline, readPipelineFile } from './read-pipeline-file.ts';

/** The folders of pipelines that are known by name. */
interface PipelineFolders {
  /** The data directory; the user's own pipelines are in its folder `pipelines`. */
  readonly home: string;
  /** The resources of the program; bundled pipelines are in its folder `pipelines`. */
  readonly resources: string;
}

/** A file in one of the two folders, and the result of reading it. */
interface PipelineFile {
  readonly file: string;
  readonly result: Result<LoadedPipeline, Problem>;
}

interface FoundPipelines {
  /** By name, own before bundled, sorted by name. */
  readonly pipelines: ReadonlyMap<string, LoadedPipeline>;
  /** Bundled names that are replaced by a file of the user. */
  readonly replaced: ReadonlySet<string>;
  /** Files that could not be used. */
  readonly problems: readonly { readonly file: string; readonly problem: Problem }[];
}

/** Reads every pipeline that can be used by name. A missing folder counts as empty. */
async function findPipelines(folders: PipelineFolders): Promise<FoundPipelines> {
  const own = await readFolder(ownPipelinesFolder(resolve(folders.home)), null);
  const bundled = await readFolder(join(resolve(folders.resources), 'pipelines'), 'bundled');
  const pipelines = new Map<string, LoadedPipeline>();
  const problems: { file: string; problem: Problem }[] = [];
  const replaced = new Set<string>();
  for (const { file, result } of [...own, ...bundled]) {
    if (!result.ok) {
      problems.push({ file, problem: result.error });
      continue;
    }
    const { name } = result.value.pipeline;
    const first = pipelines.get(name);
    if (first === undefined) pipelines.set(name, result.value);
    else if (result.value.source === 'bundled' && first.source !== 'bundled') replaced.add(name);
    else problems.push({ file, problem: sameName(file, name, first.source) });
  }
  const sorted = [...pipelines].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { pipelines: new Map(sorted), replaced, problems };
}

async function readFolder(folder: string, source: string | null): Promise<PipelineFile[]> {
  const names = (await namesIn(folder)).filter((name) => name.endsWith('.json') && !name.startsWith('.')).toSorted();
  return await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      return { file, result: await readPipelineFile(file, source ?? file) };
    }),
  );
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch {
    return [];
  }
}

function sameName(file: string, name: string, first: string): Problem {
  return problem(
    'invalid-pipeline',
    `${basename(file)} has the name "${name}", which ${first} has already.`,
    'Give one of the two another "name".',
  );
}

/** Lists bundled and own pipelines sorted by name, and the files that could not be used. */
export async function listPipelines(folders: PipelineFolders): Promise<PipelineList> {
  const found = await findPipelines(folders);
  return {
    pipelines: [...found.pipelines].map(([name, loaded]) => summarize(loaded, found.replaced.has(name))),
    problems: [...found.problems],
  };
}

/** Returns a pipeline as clients see it. @param replacesBundled whether a file of the user replaces a bundled one of its name */
export function summarize({ pipeline, source }: LoadedPipeline, replacesBundled: boolean): PipelineSummary {
  return {
    name: pipeline.name,
    title: pipeline.title ?? pipeline.name,
    description: pipeline.description ?? '',
    source,
    replacesBundled,
    patterns: pipeline.inputs.patterns,
    parameters: pipeline.parameters,
    steps: pipeline.steps.map(({ name, dispatch, device, command }) => ({ name, dispatch, device, command })),
  };
}

export interface PipelineRequest extends PipelineFolders {
  /** A pipeline's name, or the path of a JSON file: a text with a separator or with `.json` at its end is a path. */
  readonly name: string;
  /** The folder that relative paths start from. */
  readonly workingDirectory: string;
}

/**
 * Loads the requested pipeline. An own pipeline takes precedence over a bundled one of the same name.
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

/** Returns the problem of an unreadable file with this name, which explains more than "unknown". */
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
