import { count } from '../../shared/format.ts';
import type { StepState } from '../../shared/run/run-model.ts';
import type { RunStatus } from '../../shared/run/run-status.ts';
import { statusWithin, statusWords } from '../parts/status-words.ts';

interface StepListProps {
  run: RunStatus;
  steps: readonly StepState[];
  selected: number | null;
  onSelect: (step: number) => void;
}

/** The steps of a run in order; the part below shows the chosen one. */
export function StepList({ run, steps, selected, onSelect }: StepListProps) {
  return (
    <nav className="step-list" aria-label="Steps">
      <ol>
        {steps.map((step) => {
          const { word, tone, sign } = statusWords(statusWithin(run, step.status));
          const { counts } = step;
          return (
            <li key={step.step}>
              <button
                type="button"
                aria-current={step.step === selected ? 'step' : undefined}
                disabled={step.started === null}
                onClick={() => onSelect(step.step)}
              >
                <span className={`step-sign ${tone}`} aria-hidden="true">
                  {sign}
                </span>
                <span className="one-line">
                  {step.step}. {step.name}
                </span>
                <span className="muted number">
                  {step.started === null ? word : `${count(counts.complete)} / ${count(counts.total - counts.skipped)}`}
                </span>
                <span className="unseen">{word}</span>
              </button>
            </li>
          );
        })}
      </ol>
    </nav>
  );
}
