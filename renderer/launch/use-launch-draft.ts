import { useCallback, useEffect, useRef, useState } from 'react';
import type { EngineClient } from '../../shared/engine-client.ts';
import { EMPTY_DRAFT, type LaunchDraft } from './launch-draft.ts';
import { draftText, parseDraft, readStoredDraft, storeDraft } from './stored-draft.ts';

type Change = Partial<LaunchDraft> | ((draft: LaunchDraft) => LaunchDraft);

/** Changes some fields of the draft. */
export type ChangeDraft = (change: Change) => void;

/** The engine is given the draft when typing pauses this long (milliseconds). */
const KEEP_AFTER_MS = 400;

/**
 * The draft of the form, kept over reloads by the browser and over restarts by the engine: a browser forgets it when the server comes back
 * under another address.
 * @param initial fields that are set however the last draft was
 */
export function useLaunchDraft(client: EngineClient, initial: Partial<LaunchDraft>): [LaunchDraft, ChangeDraft] {
  const [here] = useState(() => readStoredDraft(localStorage));
  const [draft, setDraft] = useState<LaunchDraft>({ ...(here?.draft ?? EMPTY_DRAFT), ...initial });
  const touched = useRef(Object.keys(initial).length > 0);
  /** What was changed before the engine has told its draft: it is done to that one as well. */
  const early = useRef<Change[]>([]);
  const told = useRef(Object.keys(initial).length > 0);
  useEffect(() => {
    if (told.current) return;
    client.readDraft({}).then(
      ({ draft: text }) => {
        const kept = parseDraft(text);
        if (kept !== null && kept.kept > (here?.kept ?? -1) && !told.current)
          setDraft(early.current.reduce(changed, kept.draft));
        told.current = true;
      },
      () => undefined,
    );
  }, [client, here]);
  useEffect(() => {
    if (!touched.current) return undefined;
    const text = draftText(draft, Date.now());
    storeDraft(localStorage, text);
    const timer = setTimeout(() => void client.keepDraft({ draft: text }).catch(() => undefined), KEEP_AFTER_MS);
    return () => clearTimeout(timer);
  }, [client, draft]);
  const change = useCallback<ChangeDraft>((next) => {
    touched.current = true;
    if (!told.current) early.current.push(next);
    setDraft((before) => changed(before, next));
  }, []);
  return [draft, change];
}

function changed(draft: LaunchDraft, change: Change): LaunchDraft {
  return typeof change === 'function' ? change(draft) : { ...draft, ...change };
}
