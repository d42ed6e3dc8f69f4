import { useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { PipelineSummary } from '../../shared/contract/launch.ts';
import { Field } from './field.tsx';
import { type FieldProblems, parameterField } from './field-problems.ts';
import { type LaunchDraft, parameterText, withParameter } from './form-draft.ts';
import { ParameterField } from './parameter-field.tsx';
import { PathField } from './path-field.tsx';
import { isPipelinePath } from './use-described-pipeline.ts';
import type { ChangeDraft } from './use-launch-draft.ts';
import type { FormFacts } from './use-launch-facts.ts';

interface PipelineSectionProps {
  client: EngineClient;
  draft: LaunchDraft;
  facts: FormFacts;
  chosen: PipelineSummary | null;
  problems: FieldProblems;
  onChange: ChangeDraft;
}

/** The option to choose a pipeline by its file; no pipeline has this name. */
const BY_FILE = '/';

/** The choice of the pipeline, and its parameters. */
export function PipelineSection({ client, draft, facts, chosen, problems, onChange }: PipelineSectionProps) {
  const pipelines = facts.pipelines?.pipelines ?? [];
  const [byFile, setByFile] = useState(false);
  const ofFile = isPipelinePath(draft.pipeline) || (byFile && !pipelines.some(({ name }) => name === draft.pipeline));
  const choose = (value: string): void => {
    setByFile(value === BY_FILE);
    onChange({ pipeline: value === BY_FILE ? '' : value });
  };
  return (
    <fieldset className="form-section">
      <legend>Pipeline</legend>
      <Field
        id="pipeline"
        label="Pipeline"
        help={ofFile ? '' : (chosen?.description ?? 'What to do with the files.')}
        problem={ofFile ? undefined : problems.pipeline}
      >
        {(control) => (
          <select
            {...control}
            value={ofFile ? BY_FILE : draft.pipeline}
            onChange={(event) => choose(event.target.value)}
          >
            {chosen === null && !ofFile && (
              <option value={draft.pipeline}>{draft.pipeline === '' ? 'Choose…' : draft.pipeline}</option>
            )}
            {pipelines.map(({ name, title }) => (
              <option key={name} value={name}>
                {title === name ? name : `${title} (${name})`}
              </option>
            ))}
            <option value={BY_FILE}>From a JSON file…</option>
          </select>
        )}
      </Field>
      {ofFile && (
        <Field
          id="pipeline-file"
          label="Pipeline file"
          help={chosen === null ? 'The path of a JSON file that describes a pipeline.' : fileHelp(chosen)}
          problem={problems.pipeline}
        >
          {(control) => (
            <PathField
              control={control}
              client={client}
              kind="file"
              what="pipeline file"
              value={draft.pipeline}
              placeholder="/path/of/pipeline.json"
              onChange={(pipeline) => onChange({ pipeline: pipeline.trim() })}
            />
          )}
        </Field>
      )}
      {(facts.pipelines?.problems ?? []).map(({ file, problem }) => (
        <p key={file} className="field-note caution">
          {file} cannot be used: {problem.message}
        </p>
      ))}
      {Object.entries(chosen?.parameters ?? {}).map(([name, parameter]) => (
        <ParameterField
          key={`${draft.pipeline} ${name}`}
          client={client}
          name={name}
          parameter={parameter}
          value={parameterText(draft, name, parameter)}
          problem={problems[parameterField(name)]}
          onChange={(text) => onChange((before) => withParameter(before, name, text))}
        />
      ))}
    </fieldset>
  );
}

function fileHelp({ title, description }: PipelineSummary): string {
  return description === '' ? `${title}.` : `${title}: ${description}`;
}
