import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { SettingsChange } from '../../shared/settings.ts';
import { Field, FieldNote } from '../launch/field.tsx';
import { fieldProblem } from '../launch/field-problems.ts';
import { SavedSign, useChange } from './use-change.tsx';

interface ChoiceSettingProps<Value extends string> {
  client: EngineClient;
  id: string;
  label: string;
  help: string;
  options: Readonly<Record<Value, string>>;
  saved: Value;
  toChange: (value: Value) => SettingsChange;
}

/** A setting with a few choices. */
export function ChoiceSetting<Value extends string>(props: ChoiceSettingProps<Value>) {
  const { client, id, label, help, options, saved, toChange } = props;
  const [state, change] = useChange(client);
  const names = Object.keys(options) as Value[];
  return (
    <Field
      id={id}
      label={
        <>
          {label} <SavedSign state={state} />
        </>
      }
      help={help}
      problem={state.kind === 'refused' ? fieldProblem(state.why) : undefined}
    >
      {(control) => (
        <select
          {...control}
          value={saved}
          onChange={(event) => {
            const chosen = names.find((name) => name === event.target.value);
            if (chosen !== undefined) change(toChange(chosen));
          }}
        >
          {names.map((name) => (
            <option key={name} value={name}>
              {options[name]}
            </option>
          ))}
        </select>
      )}
    </Field>
  );
}

interface TickSettingProps {
  client: EngineClient;
  id: string;
  label: string;
  help: string;
  saved: boolean;
  toChange: (value: boolean) => SettingsChange;
}

/** A setting that is on or off. */
export function TickSetting({ client, id, label, help, saved, toChange }: TickSettingProps) {
  const [state, change] = useChange(client);
  const problem = state.kind === 'refused' ? fieldProblem(state.why) : undefined;
  return (
    <div className="field">
      <label className="tick" htmlFor={id}>
        <input
          id={id}
          type="checkbox"
          aria-describedby={`${id}-note`}
          checked={saved}
          onChange={(event) => change(toChange(event.target.checked))}
        />
        {label} <SavedSign state={state} />
      </label>
      <FieldNote id={`${id}-note`} help={help} problem={problem} />
    </div>
  );
}
