import { Component, type ReactNode } from 'react';
import { messageOf } from '../../shared/message-of.ts';
import './part-failed.css';

interface Props {
  children: ReactNode;
}

/** Keeps a mistake in one part of the window from blanking the rest: without it React would take everything away. */
export class PartBoundary extends Component<Props, { failure: string | null }> {
  override state: { failure: string | null } = { failure: null };

  static getDerivedStateFromError(error: unknown): { failure: string } {
    return { failure: messageOf(error) };
  }

  override render(): ReactNode {
    if (this.state.failure === null) return this.props.children;
    return (
      <PartFailed
        message={`This page met a mistake in Drover: ${this.state.failure}`}
        advice="Runs go on all the same, and nothing of them is lost. Load the window again, or choose another page."
      />
    );
  }
}

/** In place of a part of the window that cannot be shown: why, and the way on. */
export function PartFailed({ message, advice }: { message: string; advice: string }) {
  return (
    <div className="part-failed" role="alert">
      <p>
        <strong>{message}</strong>
      </p>
      <p>{advice}</p>
      <button type="button" onClick={() => location.reload()}>
        Load again
      </button>
    </div>
  );
}
