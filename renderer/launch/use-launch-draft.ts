import { useCallback, useEffect, useRef, useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { Problem } from '../../shared/problem.ts';
import { EMPTY_DRAFT, type LaunchDraft } from './form-draft.ts';
import { draftText, parseDraft, readStoredDraft, storeDraft } from './stored-draft.ts';

type Change = Partial<LaunchDraft> | ((draft: LaunchDraft) => LaunchDraft);

/** Changes some fields of the draft. */
export type ChangeDraft = (change: Change) => void;

/** Fields that are set from the start, by the draft of the last time. */
export type DraftBeginning = (draft: LaunchDraft) => Partial<LaunchDraft>;

export interface KeptDraft {
  draft: LaunchDraft;
  change: ChangeDraft;
  /** Why the engine did not keep the draft, or does not tell the one of the last time; null when all is well. */
  problem: Problem | null;
}

/** The engine is given the draft when typing pauses this long (milliseconds). */
const KEEP_AFTER_MS = 400;

/**
 * The draft of the form, kept over reloads by the browser and over restarts by the engine: a browser forgets it when the server comes back
 * under another address. The newer one of both is taken.
 */
export function useLaunchDraft(client: EngineClient, beginning: DraftBeginning): KeptDraft {
  const [here] = useState(() => readStoredDraft(localStorage));
  const [begin] = useState(() => (draft: LaunchDraft) => ({ ...draft, ...beginning(draft) }));
  const [draft, setDraft] = useState<LaunchDraft>(() => begin(here?.draft ?? EMPTY_DRAFT));
  /** Whether it begins with something that nobody has kept yet, such as files that were brought. */
  const [begun] = useState(() => Object.keys(beginning(here?.draft ?? EMPTY_DRAFT)).length > 0);
  /** Whether the engine has told its draft, or could not: nothing is kept before, as it would take that one's place. */
  const [told, setTold] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  /** What was changed until now: it is done to the engine's draft as well. */
  const changes = useRef<Change[]>([]);
  useEffect(() => {
    if (told) return;
    client.readDraft({}).then(
      (answer) => {
        setTold(true);
        if (!answer.ok) return setProblem(answer.error);
        const text = answer.value.draft;
        const kept = parseDraft(text);
        if (text !== null && kept !== null && kept.kept > (here?.kept ?? -1)) {
          setDraft(changes.current.reduce(changed, begin(kept.draft)));
          // Known here as well, the form begins with it the next time and does not jump.
          storeDraft(localStorage, text);
        }
      },
      () => setTold(true),
    );
  }, [client, here, begin, told]);
  useEffect(() => {
    // A draft that is as it was kept stays as old as it is.
    if (!told || (changes.current.length === 0 && !begun)) return undefined;
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
  }, [client, draft, told, begun]);
  const change = useCallback<ChangeDraft>(
    (next) => {
      changes.current = told ? [next] : [...changes.current, next];
      setDraft((before) => changed(before, next));
    },
    [told],
  );
  return { draft, change, problem };
}

function changed(draft: LaunchDraft, change: Change): LaunchDraft {
  return typeof change === 'function' ? change(draft) : { ...draft, ...change };
}
