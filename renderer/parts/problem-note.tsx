import type { Problem } from '../../shared/problem.ts';

/** What went wrong, and what to do next. */
export function ProblemNote({ problem }: { problem: Problem }) {
  return (
    <div className="problem-note" role="alert">
      <p>
        <strong>{problem.message}</strong>
      </p>
      <p>{problem.advice}</p>
    </div>
  );
}
