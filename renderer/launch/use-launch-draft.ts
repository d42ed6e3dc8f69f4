import { useCallback, useEffect, useRef, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Problem } from '../../shared/problem.ts';
import { EMPTY_DRAFT, type LaunchDraft } from './form-draft.ts';
import { draftText, parseDraft, readStoredDraft, storeDraft } from './stored-draft.ts';

type Change = Partial<LaunchDraft> | ((draft: LaunchDraft) => LaunchDraft);

/** Changes some fields of the draft. */
export type ChangeDraft = (change: Change) => void;

/** Returns the fields that are set at the beginning, given the last draft. */
export type DraftBeginning = (draft: LaunchDraft) => Partial<LaunchDraft>;

export interface KeptDraft {
  draft: LaunchDraft;
  change: ChangeDraft;
  /** Why the engine did not keep the draft, or could not load the one of the last time; null when all is well. */
  problem: Problem | null;
}

/** The pause in typing after which the engine gets the draft (milliseconds). */
const KEEP_AFTER_MS = 400;

/**
 * Keeps the draft of the form: the browser keeps it over reloads, the engine over restarts, because a browser loses it when the server gets
 * another address. The newer of both is used.
 */
export function useLaunchDraft(client: EngineClient, beginning: DraftBeginning): KeptDraft {
  const [here] = useState(() => readStoredDraft(localStorage));
  const [begin] = useState(() => (draft: LaunchDraft) => ({ ...draft, ...beginning(draft) }));
  const [draft, setDraft] = useState<LaunchDraft>(() => begin(here?.draft ?? EMPTY_DRAFT));
  /** Whether it begins with something that is not stored yet, such as files from outside the form. */
  const [begun] = useState(() => Object.keys(beginning(here?.draft ?? EMPTY_DRAFT)).length > 0);
  /** Whether the engine's draft was loaded, or could not be: nothing is stored before, as it would overwrite that draft. */
  const [loaded, setLoaded] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  /** The changes so far: they are applied to the engine's draft as well. */
  const changes = useRef<Change[]>([]);
  useEffect(() => {
    if (loaded) return;
    client.readDraft({}).then(
      (answer) => {
        setLoaded(true);
        if (!answer.ok) return setProblem(answer.error);
        const text = answer.value.draft;
        const kept = parseDraft(text);
        if (text !== null && kept !== null && kept.kept > (here?.kept ?? -1)) {
          setDraft(changes.current.reduce(changed, begin(kept.draft)));
          // Stored here as well, so that the form begins with it the next time and does not change visibly.
          storeDraft(localStorage, text);
        }
      },
      () => setLoaded(true),
    );
  }, [client, here, begin, loaded]);
  useEffect(() => {
    // An unchanged draft keeps its time.
    if (!loaded || (changes.current.length === 0 && !begun)) return undefined;
    const text = draftText(draft, Date.now());
    storeDraft(localStorage, text);
    const keep = (): void =>
      void client.keepDraft({ draft: text }).then(
        (answer) => setProblem(answer.ok ? null : answer.error),
        // Without a connection the browser keeps it alone.
        () => undefined,
      );
    const timer = setTimeout(keep, KEEP_AFTER_MS);
    return () => clearTimeout(timer);
  }, [client, draft, loaded, begun]);
  const change = useCallback<ChangeDraft>(
    (next) => {
      changes.current = loaded ? [next] : [...changes.current, next];
      setDraft((before) => changed(before, next));
    },
    [loaded],
  );
  return { draft, change, problem };
}

function changed(draft: LaunchDraft, change: Change): LaunchDraft {
  return typeof change === 'function' ? change(draft) : { ...draft, ...change };
}
