import { Component, type ReactNode } from 'react';
import { messageOf } from '../../shared/message-of.ts';
import './part-failed.css';

interface Props {
  children: ReactNode;
}

/** Keeps an error in one part of the window from blanking the rest: without it React would remove everything. */
export class PartBoundary extends Component<Props, { failure: string | null }> {
  override state: { failure: string | null } = { failure: null };

  static getDerivedStateFromError(error: unknown): { failure: string } {
    return { failure: messageOf(error) };
  }

  override render(): ReactNode {
    if (this.state.failure === null) return this.props.children;
    return (
      <PartFailed
        message={`This page failed because of an error in Drover: ${this.state.failure}`}
        advice="Runs continue, and nothing of them is lost. Reload the window, or choose another page."
      />
    );
  }
}

/** Replaces a part of the window that cannot be shown: why, and what to do next. */
export function PartFailed({ message, advice }: { message: string; advice: string }) {
  return (
    <div className="part-failed" role="alert">
      <p>
        <strong>{message}</strong>
      </p>
      <p>{advice}</p>
      <button type="button" onClick={() => location.reload()}>
        Reload
      </button>
    </div>
  );
}
