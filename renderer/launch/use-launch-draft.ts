import { useCallback, useEffect, useState } from 'react';
import type { LaunchDraft } from './launch-draft.ts';
import { readStoredDraft, storeDraft } from './stored-draft.ts';

/** Changes some fields of the draft. */
export type ChangeDraft = (change: Partial<LaunchDraft> | ((draft: LaunchDraft) => LaunchDraft)) => void;

/**
 * The draft of the form, kept over reloads.
 * @param initial fields that are set however the last draft was
 */
export function useLaunchDraft(initial: Partial<LaunchDraft>): [LaunchDraft, ChangeDraft] {
  const [draft, setDraft] = useState<LaunchDraft>(() => ({ ...readStoredDraft(localStorage), ...initial }));
  useEffect(() => storeDraft(localStorage, draft), [draft]);
  const change = useCallback<ChangeDraft>(
    (next) => setDraft((before) => (typeof next === 'function' ? next(before) : { ...before, ...next })),
    [],
  );
  return [draft, change];
}
