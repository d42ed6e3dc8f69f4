import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Parameter } from '../../shared/pipeline/pipeline.ts';
import { expected } from './check-parameter.ts';
import { type ControlProps, Field } from './field.tsx';
import type { FieldProblem } from './field-problems.ts';
import { PathField } from './path-field.tsx';

interface ParameterFieldProps {
  client: EngineClient;
  name: string;
  parameter: Parameter;
  value: string;
  problem: FieldProblem | undefined;
  onChange: (text: string) => void;
}

/** The field of one of the pipeline's parameters, according to its type. */
export function ParameterField(props: ParameterFieldProps) {
  const { name, parameter, problem } = props;
  return (
    <Field id={`parameter-${name}`} label={parameter.title ?? name} help={helpOf(parameter)} problem={problem}>
      {(control) => <Control {...props} control={control} />}
    </Field>
  );
}

function Control({
  client,
  name,
  parameter,
  value,
  onChange,
  control,
}: ParameterFieldProps & { control: ControlProps }) {
  const text = {
    ...control,
    value,
    onChange: (event: { target: { value: string } }) => onChange(event.target.value),
  };
  switch (parameter.type) {
    case 'integer':
    case 'number':
      // Not type="number": it hides invalid text, and the mouse wheel changes it.
      return <input {...text} className="short" type="text" inputMode="decimal" autoComplete="off" />;
    case 'string':
      return <input {...text} type="text" autoComplete="off" />;
    case 'boolean':
      return (
        <select {...text} className="short">
          {value === '' && <option value="">Choose…</option>}
          <option value="true">Yes</option>
          <option value="false">No</option>
        </select>
      );
    case 'choice':
      return (
        <select {...text}>
          {!parameter.choices.includes(value) && <option value={value}>{value === '' ? 'Choose…' : value}</option>}
          {parameter.choices.map((choice) => (
            <option key={choice}>{choice}</option>
          ))}
        </select>
      );
    case 'file':
    case 'folder':
      return (
        <PathField
          control={control}
          client={client}
          kind={parameter.type}
          what={parameter.title ?? name}
          value={value}
          placeholder=""
          onChange={onChange}
        />
      );
    default:
      return parameter satisfies never;
  }
}

/** Returns the pipeline's description, then the allowed values. */
function helpOf(parameter: Parameter): string {
  const limits = parameter.type === 'integer' || parameter.type === 'number' ? `${capital(expected(parameter))}.` : '';
  return [parameter.description ?? '', limits].filter((part) => part !== '').join(' ');
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
