import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { PipelineSummary } from '../../shared/contract/launch.ts';
import { type Dispatch, dispatchSchema } from '../../shared/pipeline/pipeline.ts';
import { Field, FieldNote } from './field.tsx';
import type { FieldProblems } from './field-problems.ts';
import type { LaunchDraft } from './form-draft.ts';
import { PathField } from './path-field.tsx';

interface OptionsSectionProps {
  client: EngineClient;
  draft: LaunchDraft;
  chosen: PipelineSummary | null;
  problems: FieldProblems;
  onChange: (change: Partial<LaunchDraft>) => void;
}

const DISPATCH_WORDS: Record<Dispatch, string> = {
  queue: 'queue: a worker that is free takes the next file',
  list: 'list: each worker gets its whole list at the start',
  each: 'each: one process per file',
};

/** The output folder and the name of the run. */
export function OutputSection({ client, draft, problems, onChange }: Omit<OptionsSectionProps, 'chosen'>) {
  return (
    <fieldset className="form-section">
      <legend>Results</legend>
      <Field id="output" label="Output folder" help="Empty: inside the run’s own folder." problem={problems.output}>
        {(control) => (
          <PathField
            control={control}
            client={client}
            kind="folder"
            what="output folder"
            value={draft.output}
            placeholder=""
            onChange={(output) => onChange({ output })}
          />
        )}
      </Field>
      <label className="tick">
        <input
          type="checkbox"
          id="overwrite"
          checked={draft.overwrite}
          aria-describedby="overwrite-note"
          aria-invalid={problems.overwrite !== undefined}
          onChange={(event) => onChange({ overwrite: event.target.checked })}
        />
        Replace output files that are there already
      </label>
      <FieldNote id="overwrite-note" problem={problems.overwrite} />
      <Field
        id="run-name"
        label="Name of the run"
        help="For people; shown beside the run’s id."
        problem={problems.name}
      >
        {(control) => (
          <input
            {...control}
            type="text"
            autoComplete="off"
            value={draft.name}
            onChange={(event) => onChange({ name: event.target.value })}
          />
        )}
      </Field>
    </fieldset>
  );
}

/** How workers get their items, to override the definition of the pipeline. */
export function WorkersSection({ draft, chosen, problems, onChange }: Omit<OptionsSectionProps, 'client'>) {
  return (
    <fieldset className="form-section">
      <legend>Workers</legend>
      <Field id="dispatch" label="Dispatch" help="How workers get their files." problem={problems.dispatch}>
        {(control) => (
          <select
            {...control}
            value={draft.dispatch}
            onChange={(event) => onChange({ dispatch: dispatchOf(event.target.value) })}
          >
            <option value="">As the pipeline says{pipelineDispatch(chosen)}</option>
            {dispatchSchema.options.map((dispatch) => (
              <option key={dispatch} value={dispatch}>
                {DISPATCH_WORDS[dispatch]}
              </option>
            ))}
          </select>
        )}
      </Field>
      <div className="field-row">
        {NUMBERS.map(({ field, id, label, help }) => (
          <Field key={field} id={id} label={label} help={help} problem={problems[field]}>
            {(control) => (
              <input
                {...control}
                type="text"
                inputMode="decimal"
                autoComplete="off"
                placeholder="As the pipeline says"
                value={draft[field]}
                onChange={(event) => onChange({ [field]: event.target.value })}
              />
            )}
          </Field>
        ))}
      </div>
    </fieldset>
  );
}

const NUMBERS = [
  { field: 'workersPerDevice', id: 'workers-per-device', label: 'Workers per device', help: '1 to 64.' },
  { field: 'retries', id: 'retries', label: 'Retries', help: 'Attempts at a file after the first.' },
  {
    field: 'stallTimeout',
    id: 'stall-timeout',
    label: 'Stall timeout (s)',
    help: 'Silence after which a worker counts as stalled.',
  },
] as const;

function dispatchOf(text: string): LaunchDraft['dispatch'] {
  const parsed = dispatchSchema.safeParse(text);
  return parsed.success ? parsed.data : '';
}

function pipelineDispatch(chosen: PipelineSummary | null): string {
  const kinds = [...new Set(chosen?.steps.map(({ dispatch }) => dispatch) ?? [])];
  return kinds.length === 0 ? '' : ` (${kinds.join(', ')})`;
}
