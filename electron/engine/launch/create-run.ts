import { readFileSync, rmSync } from 'node:fs';
import { arch, cpus, hostname, release, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import type { LaunchRequest } from '../../../shared/contract/launch.ts';
import { makeRunId } from '../../../shared/ids.ts';
import type { FileRow } from '../../../shared/items/file-table.ts';
import type { Sequence } from '../../../shared/items/sequence.ts';
import { messageOf } from '../../../shared/message-of.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import type { RunEventBody } from '../../../shared/run/run-events.ts';
import { type Environment, runsFolder } from '../files/data-home.ts';
import { makeFolders, PRIVATE_FOLDER } from '../files/make-folders.ts';
import { droverVersion } from '../files/resources-folder.ts';
import { createFileOnce, writeFileAtomic } from '../files/write-file-atomic.ts';
import { openJournal } from '../run-directory/journal-writer.ts';
import { MetadataInputs, recordedEnvironment, writeMetadata } from '../run-directory/metadata.ts';
import { METADATA_VERSION, type Metadata } from '../run-directory/metadata-schema.ts';
import { journalFile, runDirectory } from '../run-directory/paths.ts';
import { addQueued } from '../run-directory/queue-index.ts';
import { firstItems } from '../steps/prepare-items.ts';
import { firstStep, type PreparedLaunch } from './prepare-launch.ts';

/** Only the owner may read the records of a run; they may name private files. */
const PRIVATE_MODE = 0o700;

/** The content of earlier releases, before the files of runs were listed by depth: an unchanged file is replaced with the present content. */
const EARLIER_CONTENT = `# Written once by Drover; change it as you like.
# Kept: summaries, notes and JSON records. Ignored: logs, outputs, archives and what only a live run needs.
*
!*/
!.gitignore
!logs_summary.txt
!*.md
!commit.txt
!*.json
logs/
outputs/
control/
processes/
manifests/
owner.json
`;

const CONTENT = `# Written once by Drover; change it as you like.
# Kept: the summary and the JSON records of each run, and notes beside them. Ignored: everything else, such as logs, outputs, lists of
# inputs, archives, what only a live run needs, and whatever programs leave in a run's folder.
/*
!/.gitignore
!/*.md
!/*/
/*/*
!/*/*.md
!/*/*/
/*/*/*
!/*/*/logs_summary.txt
!/*/*/metadata.json
!/*/*/metrics.json
!/*/*/reconciliation.json
!/*/*/archive.json
!/*/*/commit.txt
!/*/*/*.md
artifacts/
workspace/
`;

export interface CreateRunRequest {
  launch: PreparedLaunch;
  request: LaunchRequest;
  home: string;
  env: Environment;
  commandLine: readonly string[] | null;
  /** Its place in the queue; null for a run that begins at once. */
  queued: QueueRequest | null;
}

/** What a run waits for. */
export type QueueRequest = Omit<Extract<RunEventBody, { type: 'run-queued' }>, 'type'>;

/** A run that was created: its folder, and the content of its metadata.json. */
export interface CreatedRun {
  run: string;
  directory: string;
  metadata: Metadata;
}

/** Creates the folder of a run with its metadata and its journal up to the items of the first step, all on the disk when it returns. */
export async function createRun(create: CreateRunRequest): Promise<Result<CreatedRun, Problem>> {
  const { launch } = create;
  const now = new Date();
  const run = makeRunId(now);
  const directory = runDirectory(runsFolder(create.home), launch.pipeline.name, run);
  try {
    makeFolders(directory, PRIVATE_MODE);
    writeRunsGitignore(runsFolder(create.home));
    const { metadata, asked } = writeMetadata(directory, describe(create, run, now));
    await beginJournal(directory, metadata, asked, launch.files, create.queued);
    if (create.queued !== null) addQueued(create.home, { run, directory });
    return ok({ run, directory, metadata });
  } catch (error) {
    // A run without a journal would be listed as damaged.
    rmSync(directory, { recursive: true, force: true });
    return err(cannotWrite(directory, error));
  }
}

async function beginJournal(
  directory: string,
  metadata: Metadata,
  asked: string,
  files: Sequence<FileRow>,
  queued: QueueRequest | null,
): Promise<void> {
  const trouble: string[] = [];
  const onTrouble = (message: string | null): void => {
    if (message !== null) trouble.push(message);
  };
  const journal = openJournal({ path: journalFile(directory), onTrouble });
  const steps = metadata.definition.steps.map(({ name, dispatch }) => ({ name, dispatch }));
  const { run, pipeline, name } = metadata;
  journal.append({ type: 'run-created', run, pipeline, name, steps, asked });
  if (queued !== null) journal.append({ type: 'run-queued', ...queued });
  for (const event of firstItems(firstStep(metadata.definition), files)) journal.append(event);
  await journal.close();
  if (trouble.length > 0) throw new Error(trouble[0]);
}

function describe(create: CreateRunRequest, run: string, now: Date): Metadata {
  const { launch, request } = create;
  const drover = droverVersion();
  return {
    version: METADATA_VERSION,
    drover,
    run,
    name: request.name ?? null,
    pipeline: launch.pipeline.name,
    pipeline_source: launch.loaded.source,
    pipeline_dir: launch.loaded.pipelineDir,
    definition: launch.pipeline,
    parameters: launch.parameters,
    request: {
      devices: request.devices ?? null,
      output: request.output ?? null,
      dispatch: request.dispatch ?? null,
      retries: request.retries ?? null,
      workers_per_device: request.workersPerDevice ?? null,
      stall_timeout: request.stallTimeout ?? null,
      overwrite: request.overwrite,
      inputs: request.inputs.map((path) => resolve(request.workingDirectory, path)),
      skip_invalid: request.skipInvalid,
      ...(request.begin === undefined ? {} : { begin: request.begin }),
    },
    output_dir: launch.outputDir,
    devices: launch.devices.map(({ kind, index, uuid, name, driver }) => ({ kind, index, uuid, name, driver })),
    host: {
      hostname: hostname(),
      platform: process.platform,
      release: release(),
      arch: arch(),
      cpus: cpus().length,
      memory_bytes: totalmem(),
    },
    versions: { drover, node: process.versions.node },
    environment: recordedEnvironment(create.env),
    command: create.commandLine === null ? null : [...create.commandLine],
    created: now.toISOString(),
    status: null,
    started: null,
    ended: null,
    left_out: launch.leftOut,
    inputs: new MetadataInputs(launch.files),
  };
}

function cannotWrite(directory: string, error: unknown): Problem {
  const message = messageOf(error);
  return problem(
    'data-folder',
    `The run's folder ${directory} cannot be written: ${message}.`,
    'Free space or give yourself the right to write there, or choose another data folder with DROVER_HOME.',
  );
}

/**
 * Writes a .gitignore into the folder of all runs, so that it can be a git repository of summaries. A file that somebody has
 * changed stays unchanged.
 * @throws the error of the file system, except that the file exists
 */
export function writeRunsGitignore(runs: string): void {
  makeFolders(runs, PRIVATE_FOLDER);
  const path = join(runs, '.gitignore');
  if (isEarlier(path)) writeFileAtomic(path, CONTENT);
  else createFileOnce(path, CONTENT);
}

function isEarlier(path: string): boolean {
  try {
    return readFileSync(path, 'utf8') === EARLIER_CONTENT;
  } catch {
    return false;
  }
}
