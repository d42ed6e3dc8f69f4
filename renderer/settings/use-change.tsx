import { useCallback, useEffect, useRef, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { SettingsChange } from '../../shared/settings.ts';
import { call } from '../engine-client/call.ts';
import { useSettings } from '../store/settings-store.ts';

/** The result of the last change of a field. */
type ChangeState = { kind: 'still' } | { kind: 'saving' } | { kind: 'saved' } | { kind: 'refused'; why: string };

/** Saves changes of one field, the newest last, and returns the result. */
export function useChange(client: EngineClient): [ChangeState, (change: SettingsChange) => void] {
  const [state, setState] = useState<ChangeState>({ kind: 'still' });
  const newest = useRef(0);
  useEffect(
    () => () => {
      newest.current = -1;
    },
    [],
  );
  const change = useCallback(
    (wanted: SettingsChange) => {
      newest.current += 1;
      const mine = newest.current;
      setState({ kind: 'saving' });
      void call(client.changeSettings({ change: wanted })).then((answer) => {
        if (answer.ok) useSettings.setState({ report: answer.value });
        if (newest.current !== mine) return;
        setState(
          answer.ok ? { kind: 'saved' } : { kind: 'refused', why: `${answer.error.message} ${answer.error.advice}` },
        );
      });
    },
    [client],
  );
  return [state, change];
}

/** Shows beside a setting that it was saved. It keeps its place even while it is empty, so that nothing moves. */
export function SavedSign({ state }: { state: ChangeState }) {
  return (
    <span className="saved-sign" role="status">
      {state.kind === 'saved' ? '✓ saved' : ''}
    </span>
  );
}
