import { Field } from './field.tsx';
import type { FieldProblems } from './field-problems.ts';
import type { LaunchDraft } from './form-draft.ts';

interface BeginChoiceProps {
  draft: Pick<LaunchDraft, 'begin' | 'anyCount'>;
  /** How many devices are chosen. */
  chosen: number;
  /** Whether another run has one of them. */
  isUsed: boolean;
  problems: FieldProblems;
  onChange: (change: Partial<LaunchDraft>) => void;
}

/** When the run begins: now, or when its devices are free. */
export function BeginChoice({ draft, chosen, isUsed, problems, onChange }: BeginChoiceProps) {
  const { begin, anyCount } = draft;
  const choice = (value: LaunchDraft['begin'], words: string) => (
    <label className="tick">
      <input type="radio" name="begin" checked={begin === value} onChange={() => onChange({ begin: value })} />
      {words}
    </label>
  );
  return (
    <div className="begin-choice" role="radiogroup" aria-label="When the run begins">
      {choice('now', 'Start now')}
      {(isUsed || begin === 'share') && choice('share', 'Start now, beside the runs that use these devices')}
      {choice('when-free', chosen === 1 ? 'When this device is free' : 'When these devices are free')}
      {(chosen > 1 || begin === 'any') && choice('any', 'When some of these devices are free')}
      {begin === 'any' && (
        <Field
          id="any-count"
          label="How many of them"
          help={`The run begins as soon as any so many of the ${chosen} are free.`}
          problem={problems.anyCount}
        >
          {(control) => (
            <input
              {...control}
              className="short"
              type="text"
              inputMode="numeric"
              autoComplete="off"
              value={anyCount}
              onChange={(event) => onChange({ anyCount: event.target.value })}
            />
          )}
        </Field>
      )}
    </div>
  );
}
