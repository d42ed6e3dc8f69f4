import { open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { messageOf } from '../../../shared/message-of.ts';
import { type Pipeline, pipelineSchema } from '../../../shared/pipeline/pipeline.ts';
import { type Problem, problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { checkPipeline } from './check-pipeline.ts';
import { describeSchemaIssues } from './describe-schema-issues.ts';
import { findJsonError, lineAndColumn } from './find-json-error.ts';
import { findingsProblem } from './finding.ts';

/** In bytes. A pipeline is written by hand; a larger file was selected by mistake. */
export const MAX_PIPELINE_BYTES = 1024 * 1024;

/** A pipeline and its origin. */
export interface LoadedPipeline {
  readonly pipeline: Pipeline;
  /** `bundled`, or the absolute path of the user's file. */
  readonly source: string;
  /** The folder of its file, absolute: the value of `{pipeline_dir}`. */
  readonly pipelineDir: string;
}

/** Reads and checks the file of a pipeline; `file` is absolute. */
export async function readPipelineFile(file: string, source: string = file): Promise<Result<LoadedPipeline, Problem>> {
  const bytes = await readStart(file);
  if (!bytes.ok) return bytes;
  const text = decode(bytes.value);
  if (text === null) return err(notAPipeline(`${file} is not text in UTF-8.`));
  const parsed = parsePipeline(text, file);
  return parsed.ok ? ok({ pipeline: parsed.value, source, pipelineDir: dirname(file) }) : parsed;
}

/** Reads the whole file, unless it is too large. Reading stops at the limit, so a device or an endless pipe does no harm. */
async function readStart(file: string): Promise<Result<Buffer, Problem>> {
  try {
    const handle = await open(file);
    try {
      const chunks: Buffer[] = [];
      let size = 0;
      for await (const chunk of handle.createReadStream({ autoClose: false })) {
        const bytes = Buffer.from(chunk);
        size += bytes.length;
        if (size > MAX_PIPELINE_BYTES) return err(notAPipeline(`${file} is larger than ${MAX_PIPELINE_BYTES} bytes.`));
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
  return notAPipeline(`${file} cannot be read: ${messageOf(error)}.`);
}

function notAPipeline(message: string): Problem {
  return problem('invalid-pipeline', message, 'Give the path of a readable JSON file that describes a pipeline.');
}

/**
 * Parses the text of a pipeline file and fills in all defaults.
 * @param file the name of the file in messages
 * @returns the problem `invalid-pipeline` with all errors: first JSON, then the schema, then references between parts
 */
export function parsePipeline(text: string, file: string): Result<Pipeline, Problem> {
  const json = text.replace(/^\uFEFF/, '');
  const error = findJsonError(json);
  if (error !== null) {
    const { line, column } = lineAndColumn(json, error.offset);
    return err(findingsProblem(file, [{ path: `line ${line}, column ${column}`, what: error.what }]));
  }
  const document: unknown = JSON.parse(json);
  const parsed = pipelineSchema.safeParse(document);
  if (!parsed.success) return err(findingsProblem(file, describeSchemaIssues(parsed.error.issues, document)));
  const findings = checkPipeline(parsed.data);
  return findings.length === 0 ? ok(parsed.data) : err(findingsProblem(file, findings));
}
