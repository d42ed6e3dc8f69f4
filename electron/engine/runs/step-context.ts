import { findPython, usesPython } from '../pipelines/find-python.ts';
import type { StepContext } from '../pipelines/step-values.ts';
import { stepOutputFolder } from '../run-directory/paths.ts';
import { readSettings } from '../settings/settings-file.ts';
import type { RunSession } from './run-session.ts';

/** The last step writes to the folder that was asked for, the others to the run's own. */
export function stepOutput(session: RunSession, index: number): string {
  const { metadata, directory } = session.parts;
  const isLast = index === metadata.definition.steps.length - 1;
  return isLast && metadata.output_dir !== null ? metadata.output_dir : stepOutputFolder(directory, index + 1);
}

/** What placeholders stand for in all of a step. */
export function stepContext(session: RunSession, index: number): StepContext {
  const { metadata, runtime, directory } = session.parts;
  return {
    outputDir: stepOutput(session, index),
    runDirectory: directory,
    pipelineDir: metadata.pipeline_dir,
    resources: runtime.resources,
    python: pythonOf(session),
    node: runtime.node,
    parameters: metadata.parameters,
  };
}

/** The interpreter for `{python}`; null when no step needs one or none is found. */
export function pythonOf(session: RunSession): string | null {
  const { metadata, env, directory } = session.parts;
  if (!usesPython(metadata.definition)) return null;
  const setting = readSettings(session.parts.home).settings.interpreter ?? undefined;
  const found = findPython({ env, workingDirectory: directory, setting });
  return found.ok ? found.value : null;
}
