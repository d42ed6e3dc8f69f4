import { dirname, join } from 'node:path';
import type { LaunchRequest } from '../../../shared/contract/launch.ts';
import type { Sequence } from '../../../shared/items/sequence.ts';
import { ownPipelinesFolder } from '../files/data-home.ts';
import type { Metadata, MetadataInput } from '../run-directory/metadata-schema.ts';

/** The number of inputs that are listed as files when only the files are recorded; more are listed as folders. */
const NAMED_FILES = 1_000;

/**
 * Returns the launch request of a run, to launch it again. All parameters have their values, including former defaults: another release may have
 * other defaults.
 * @param home the data directory: pipelines of the user in it are known by their name
 */
export function launchRequestOf(metadata: Metadata, home: string, workingDirectory: string): LaunchRequest {
  const { request, name } = metadata;
  return {
    pipeline: pipelineOf(metadata, home),
    inputs: request.inputs ?? pathsOf(metadata.inputs),
    parameters: Object.fromEntries(Object.entries(metadata.parameters).map(([key, value]) => [key, String(value)])),
    ...(request.devices === null ? {} : { devices: request.devices }),
    ...(request.output === null ? {} : { output: metadata.output_dir ?? request.output }),
    ...(request.dispatch === null ? {} : { dispatch: request.dispatch }),
    ...(request.retries === null ? {} : { retries: request.retries }),
    ...(request.workers_per_device === null ? {} : { workersPerDevice: request.workers_per_device }),
    ...(request.stall_timeout === null ? {} : { stallTimeout: request.stall_timeout }),
    ...(name === null ? {} : { name }),
    overwrite: request.overwrite,
    skipInvalid: request.skip_invalid ?? false,
    workingDirectory,
  };
}

function pipelineOf({ pipeline, pipeline_source }: Metadata, home: string): string {
  const hasName = pipeline_source === 'bundled' || dirname(pipeline_source) === ownPipelinesFolder(home);
  return hasName ? pipeline : pipeline_source;
}

/** Returns the files that were found, or for very many of them their folders. */
function pathsOf(inputs: Sequence<MetadataInput>): string[] {
  if (inputs.length <= NAMED_FILES)
    return Array.from({ length: inputs.length }, (_, place) => inputs.at(place)?.path ?? '');
  return [...new Set(Iterator.from(inputs).map(({ path, relative_dir }) => rootOf(dirname(path), relative_dir)))];
}

/** Returns the folder without the part below the PATH that found the file. */
function rootOf(folder: string, below: string): string {
  const levels = below.split(/[\\/]/).filter((part) => part !== '').length;
  return join(folder, ...Array.from({ length: levels }, () => '..'));
}
