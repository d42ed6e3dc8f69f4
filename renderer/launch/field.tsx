import './field.css';
import type { ReactNode } from 'react';
import type { FieldProblem } from './field-problems.ts';

/** The attributes that connect a control with its label, its help and its problem. */
export interface ControlProps {
  id: string;
  'aria-describedby': string;
  'aria-invalid': boolean;
}

interface FieldProps {
  id: string;
  label: ReactNode;
  help?: string | undefined;
  problem: FieldProblem | undefined;
  children: (control: ControlProps) => ReactNode;
}

/** A labelled control; its problem replaces its help, so that little moves. */
export function Field({ id, label, help = '', problem, children }: FieldProps) {
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': `${id}-note`, 'aria-invalid': problem !== undefined })}
      <FieldNote id={`${id}-note`} help={help} problem={problem} />
    </div>
  );
}

/** The line under a control: its problem, else its help. It exists even when it is empty, so that screen readers notice its changes. */
export function FieldNote({
  id,
  help = '',
  problem,
}: {
  id: string;
  help?: string;
  problem: FieldProblem | undefined;
}) {
  if (problem === undefined) {
    return (
      <p id={id} className="field-note" aria-live="polite">
        {help}
      </p>
    );
  }
  return (
    <p id={id} className="field-note field-problem" aria-live="polite">
      <span aria-hidden="true">✕ </span>
      {problem.message}
      {problem.advice === '' ? null : <span className="field-advice">{problem.advice}</span>}
    </p>
  );
}
