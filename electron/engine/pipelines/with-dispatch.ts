import type { Dispatch, Pipeline, Step } from '../../../shared/pipeline/pipeline.ts';
import {
  ITEM_PLACEHOLDERS,
  JOIN_PREFIX,
  LIST_PLACEHOLDERS,
  placeholdersIn,
} from '../../../shared/pipeline/placeholders.ts';
import type { Problem } from '../../../shared/problem.ts';
import { err, ok, type Result } from '../../../shared/result.ts';
import { checkPipeline } from './check-pipeline.ts';
import { type Finding, findingsProblem, jsonPath } from './finding.ts';

/**
 * Returns the pipeline with another dispatch in every step (`--dispatch`), when its commands support it: `each` needs a placeholder
 * of the item in the command, `list` needs `{files}` or `{manifest}`, `queue` needs a command without both.
 */
export function withDispatch(pipeline: Pipeline, dispatch: Dispatch): Result<Pipeline, Problem> {
  const changed = { ...pipeline, steps: pipeline.steps.map((step) => ({ ...step, dispatch })) };
  const findings = [
    ...checkPipeline(changed),
    ...changed.steps.flatMap((step, index) =>
      pipeline.steps[index]?.dispatch === dispatch ? [] : checkReach(step, index),
    ),
  ];
  if (findings.length === 0) return ok(changed);
  return err({
    ...findingsProblem(`Pipeline "${pipeline.name}" with the dispatch "${dispatch}"`, findings),
    advice: 'Leave --dispatch out, or write a pipeline whose command is made for it; see docs/pipelines.md.',
  });
}

/** Checks that a command gets its files; one that was written for another dispatch would run without them. */
function checkReach(step: Step, index: number): Finding[] {
  const names = [...step.command, ...Object.values(step.env)].flatMap(placeholdersIn);
  const path = jsonPath(['steps', index, 'command']);
  if (step.dispatch === 'list' && !names.some((name) => includes(LIST_PLACEHOLDERS, name)))
    return [{ path, what: 'holds neither {files} nor {manifest}, so the worker would not learn its files' }];
  const ofItem = (name: string) => includes(ITEM_PLACEHOLDERS, name) || name.startsWith(JOIN_PREFIX);
  if (step.dispatch === 'each' && !names.some(ofItem)) {
    return [
      { path, what: 'holds no placeholder of the item, such as {file}, so the process would not learn its file' },
    ];
  }
  return [];
}

function includes(names: readonly string[], name: string): boolean {
  return names.includes(name);
}
