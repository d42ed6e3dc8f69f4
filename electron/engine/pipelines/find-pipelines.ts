import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { type Problem, problem } from '../../../shared/problem.ts';
import type { Result } from '../../../shared/result.ts';
import { ownPipelinesFolder } from '../files/data-home.ts';
import { type LoadedPipeline, readPipelineFile } from './read-pipeline-file.ts';

/** Where pipelines with a name lie. */
export interface PipelineFolders {
  /** The data directory; a person's own pipelines are in its folder `pipelines`. */
  readonly home: string;
  /** The folder of what comes with the program; bundled pipelines are in its folder `pipelines`. */
  readonly resources: string;
}

/** A file in one of the two folders, and what came of reading it. */
interface PipelineFile {
  readonly file: string;
  readonly result: Result<LoadedPipeline, Problem>;
}

export interface FoundPipelines {
  /** By name, own before bundled, in the order of their names. */
  readonly pipelines: ReadonlyMap<string, LoadedPipeline>;
  /** Bundled names for which a person's own file stands in. */
  readonly replaced: ReadonlySet<string>;
  /** Files that could not be used. */
  readonly problems: readonly { readonly file: string; readonly problem: Problem }[];
}

/** Reads every pipeline that can be called by its name. A folder that is not there holds none. */
export async function findPipelines(folders: PipelineFolders): Promise<FoundPipelines> {
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
