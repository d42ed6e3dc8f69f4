import { useCallback, useEffect, useRef, useState } from 'react';
import type { EngineClient } from '../../shared/engine-client.ts';
import { EMPTY_DRAFT, type LaunchDraft } from './launch-draft.ts';
import { draftText, parseDraft, readStoredDraft, storeDraft } from './stored-draft.ts';

/** Changes some fields of the draft. */
export type ChangeDraft = (change: Partial<LaunchDraft> | ((draft: LaunchDraft) => LaunchDraft)) => void;

/** The engine is given the draft when typing pauses this long (milliseconds). */
const KEEP_AFTER_MS = 400;

/**
 * The draft of the form, kept over reloads by the browser and over restarts by the engine: a browser forgets it when the server comes back
 * under another address.
 * @param initial fields that are set however the last draft was
 */
export function useLaunchDraft(client: EngineClient, initial: Partial<LaunchDraft>): [LaunchDraft, ChangeDraft] {
  const [draft, setDraft] = useState<LaunchDraft>(() => ({
    ...(readStoredDraft(localStorage)?.draft ?? EMPTY_DRAFT),
    ...initial,
  }));
  const touched = useRef(Object.keys(initial).length > 0);
  useEffect(() => {
    if (touched.current) return;
    const here = readStoredDraft(localStorage)?.kept ?? -1;
    client.readDraft({}).then(
      ({ draft: text }) => {
        const kept = parseDraft(text);
        if (kept !== null && kept.kept > here && !touched.current) setDraft(kept.draft);
      },
      () => undefined,
    );
  }, [client]);
  useEffect(() => {
    if (!touched.current) return undefined;
    const text = draftText(draft, Date.now());
    storeDraft(localStorage, text);
    const timer = setTimeout(() => void client.keepDraft({ draft: text }).catch(() => undefined), KEEP_AFTER_MS);
    return () => clearTimeout(timer);
  }, [client, draft]);
  const change = useCallback<ChangeDraft>((next) => {
    touched.current = true;
    setDraft((before) => (typeof next === 'function' ? next(before) : { ...before, ...next }));
  }, []);
  return [draft, change];
}
