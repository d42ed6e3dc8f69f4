import type { PipelineSummary } from '../../shared/contract/launch.ts';
import type { EngineClient } from '../../shared/engine-client.ts';
import { Field } from './field.tsx';
import { type FieldProblems, parameterField } from './field-problems.ts';
import { type LaunchDraft, parameterText, withParameter } from './launch-draft.ts';
import { ParameterField } from './parameter-field.tsx';
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

/** Which pipeline, and its parameters. */
export function PipelineSection({ client, draft, facts, chosen, problems, onChange }: PipelineSectionProps) {
  const pipelines = facts.pipelines?.pipelines ?? [];
  return (
    <fieldset className="launch-section">
      <legend>Pipeline</legend>
      <Field
        id="pipeline"
        label="Pipeline"
        help={chosen?.description ?? 'What is to be done with the files.'}
        problem={problems.pipeline}
      >
        {(control) => (
          <select {...control} value={draft.pipeline} onChange={(event) => onChange({ pipeline: event.target.value })}>
            {chosen === null && (
              <option value={draft.pipeline}>{draft.pipeline === '' ? 'Choose…' : draft.pipeline}</option>
            )}
            {pipelines.map(({ name, title }) => (
              <option key={name} value={name}>
                {title === name ? name : `${title} (${name})`}
              </option>
            ))}
          </select>
        )}
      </Field>
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
