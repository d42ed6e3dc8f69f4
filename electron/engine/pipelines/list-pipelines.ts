import type { PipelineList, PipelineSummary } from '../../../shared/contract/launch.ts';
import { findPipelines, type PipelineFolders } from './find-pipelines.ts';
import type { LoadedPipeline } from './read-pipeline-file.ts';

/** Lists bundled and own pipelines in the order of their names, and the files that could not be used. */
export async function listPipelines(folders: PipelineFolders): Promise<PipelineList> {
  const found = await findPipelines(folders);
  return {
    pipelines: [...found.pipelines].map(([name, loaded]) => summarize(loaded, found.replaced.has(name))),
    problems: [...found.problems],
  };
}

/** A pipeline as clients see it. @param replacesBundled whether a person's own file stands in for a bundled one of its name */
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
