import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Pipeline } from '../../../shared/pipeline/pipeline.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { parsePipeline } from './parse-pipeline.ts';

/** Bytes. A pipeline is written by hand; a bigger file is something else, picked by mistake. */
export const MAX_PIPELINE_BYTES = 1024 * 1024;

/** A pipeline and where it comes from. */
export interface LoadedPipeline {
  readonly pipeline: Pipeline;
  /** `bundled`, or the absolute path of a person's file. */
  readonly source: string;
  /** The folder of its file, absolute: the value of `{pipeline_dir}`. */
  readonly pipelineDir: string;
}

/** Reads and checks one pipeline's file; `file` is absolute. */
export async function readPipelineFile(file: string, source: string = file): Promise<Result<LoadedPipeline, Problem>> {
  const bytes = await readStart(file);
  if (!bytes.ok) return bytes;
  const text = decode(bytes.value);
  if (text === null) return err(notAPipeline(`${file} is not text in UTF-8.`));
  const parsed = parsePipeline(text, file);
  return parsed.ok ? ok({ pipeline: parsed.value, source, pipelineDir: dirname(file) }) : parsed;
}

/** The whole file, unless it is too big; reads no further than that, so a device or an endless pipe does no harm. */
async function readStart(file: string): Promise<Result<Buffer, Problem>> {
  try {
    const handle = await open(file);
    try {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of handle.createReadStream({ autoClose: false })) {
        const bytes = Buffer.from(chunk);
        size += bytes.length;
        if (size > MAX_PIPELINE_BYTES) {
          return err(notAPipeline(`${file} is larger than ${MAX_PIPELINE_BYTES} bytes.`));
        }
        chunks.push(bytes);
      }
      return ok(Buffer.concat(chunks));
    } finally {
      await handle.close();
    }
  } catch (error) {
    return err(unreadable(file, error));
  }
}

function decode(bytes: Buffer): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}

function unreadable(file: string, error: unknown): Problem {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return problem(
      'unknown-pipeline',
      `There is no pipeline file ${file}.`,
      'Check the path; "drover pipelines" lists the pipelines that have a name.',
    );
  }
  if (code === 'EISDIR') return notAPipeline(`${file} is a folder.`);
  return notAPipeline(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`);
}

function notAPipeline(message: string): Problem {
  return problem('invalid-pipeline', message, 'Give the path of a readable JSON file that describes a pipeline.');
}
