import { EMPTY_DRAFT, type LaunchDraft, launchDraftSchema } from './launch-draft.ts';

/** The version changes when an older draft could be misread. */
const KEY = 'drover.launch-draft.v1';

/** The draft of the last time; an empty one where there is none or it cannot be read. */
export function readStoredDraft(storage: Pick<Storage, 'getItem'>): LaunchDraft {
  try {
    const parsed = launchDraftSchema.safeParse(JSON.parse(storage.getItem(KEY) ?? 'null'));
    return parsed.success ? parsed.data : EMPTY_DRAFT;
  } catch {
    return EMPTY_DRAFT;
  }
}

/** Keeps a draft for the next time. A full or forbidden storage only means that it is not kept. */
export function storeDraft(storage: Pick<Storage, 'setItem'>, draft: LaunchDraft): void {
  try {
    storage.setItem(KEY, JSON.stringify(draft));
  } catch {
    // What was typed is still in the form.
  }
}
