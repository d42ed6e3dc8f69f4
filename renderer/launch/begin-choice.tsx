import { Fragment } from 'react';
import { Field, FieldNote } from './field.tsx';
import type { FieldProblem, FieldProblems } from './field-problems.ts';
import type { LaunchDraft } from './form-draft.ts';

type Begin = LaunchDraft['begin'];

interface BeginChoiceProps {
  draft: Pick<LaunchDraft, 'begin' | 'anyCount'>;
  /** How many devices are chosen. */
  chosen: number;
  /** Whether another run has one of them: only then can they be shared. */
  isUsed: boolean;
  problems: FieldProblems;
  onChange: (change: Partial<LaunchDraft>) => void;
}

const QUEUE_HELP = 'It waits in the queue, also when this window is closed. “Devices” shows and orders the queue.';

const HELP: Record<Begin, string> = {
  now: '',
  share: 'Together the runs may need more memory than a device has; then both may fail.',
  'when-free': QUEUE_HELP,
  any: QUEUE_HELP,
};

/** When the run begins: now, or when its devices are free. */
export function BeginChoice({ draft, chosen, isUsed, problems, onChange }: BeginChoiceProps) {
  const { begin, anyCount } = draft;
  const words: Record<Begin, string> = {
    now: 'Start now',
    share: 'Start now, beside the others',
    'when-free': chosen === 1 ? 'When this device is free' : 'When these devices are free',
    any: 'When any N devices are free',
  };
  // What was chosen stays in sight, also when it makes no difference any more.
  const choices: Begin[] = [
    'now',
    'when-free',
    ...(chosen > 1 || begin === 'any' ? (['any'] as const) : []),
    ...(isUsed || begin === 'share' ? (['share'] as const) : []),
  ];
  return (
    <fieldset className="begin-choice" aria-describedby="begin-note">
      <legend>Start</legend>
      {choices.map((choice) => (
        <Fragment key={choice}>
          <label className="tick">
            <input type="radio" name="begin" checked={begin === choice} onChange={() => onChange({ begin: choice })} />
            {words[choice]}
          </label>
          {choice === 'any' && begin === 'any' && (
            <AnyCount value={anyCount} most={chosen} problem={problems.anyCount} onChange={onChange} />
          )}
        </Fragment>
      ))}
      <FieldNote id="begin-note" help={HELP[begin]} problem={undefined} />
    </fieldset>
  );
}

interface AnyCountProps {
  value: string;
  most: number;
  problem: FieldProblem | undefined;
  onChange: (change: Partial<LaunchDraft>) => void;
}

function AnyCount({ value, most, problem, onChange }: AnyCountProps) {
  const help = most >= 1 ? `A whole number from 1 to ${most}.` : '';
  return (
    <Field id="any-count" label="N, how many are enough" help={help} problem={problem}>
      {(control) => (
        <input
          {...control}
          className="short"
          type="text"
          inputMode="numeric"
          autoComplete="off"
          value={value}
          onChange={(event) => onChange({ anyCount: event.target.value })}
        />
      )}
    </Field>
  );
}
