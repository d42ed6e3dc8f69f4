import type { ChangeState } from './use-change.ts';

/** Says beside a setting that it was saved. It has its place also while it says nothing, so that nothing moves. */
export function SavedSign({ state }: { state: ChangeState }) {
  return (
    <span className="saved-sign" role="status">
      {state.kind === 'saved' ? '✓ saved' : ''}
    </span>
  );
}
