import { type Pipeline, pipelineSchema } from '../../../shared/pipeline/pipeline.ts';
import type { Problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { checkPipeline } from './check-pipeline.ts';
import { describeSchemaIssues } from './describe-schema-issues.ts';
import { findJsonError, lineAndColumn } from './find-json-error.ts';
import { findingsProblem } from './finding.ts';

/**
 * Reads the text of a pipeline's file, all defaults filled in.
 * @param file how messages name the file
 * @returns the problem `invalid-pipeline` with everything that is wrong: JSON first, then the schema, then what parts say of each other
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
