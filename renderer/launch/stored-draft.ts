import { z } from 'zod';
import { type LaunchDraft, launchDraftSchema } from './form-draft.ts';

/** The version changes when an older draft could be misread. */
const KEY = 'drover.launch-draft.v1';

/** The draft with the time at which it was stored, in milliseconds since 1970, so that the newest of several can be found. */
const keptSchema = launchDraftSchema.extend({ kept: z.number().default(0) });

/** A draft and the time at which it was stored (milliseconds since 1970). */
export interface KeptDraft {
  draft: LaunchDraft;
  kept: number;
}

/** Returns the text in which a draft is stored. */
export function draftText(draft: LaunchDraft, kept: number): string {
  return JSON.stringify({ ...draft, kept });
}

/** Parses a stored draft; returns null when the text is not one. */
export function parseDraft(text: string | null): KeptDraft | null {
  try {
    const parsed = keptSchema.safeParse(JSON.parse(text ?? 'null'));
    if (!parsed.success) return null;
    const { kept, ...draft } = parsed.data;
    return { draft, kept };
  } catch {
    return null;
  }
}

/** Reads the last draft of this browser; returns null when there is none or it cannot be read. */
export function readStoredDraft(storage: Pick<Storage, 'getItem'>): KeptDraft | null {
  try {
    return parseDraft(storage.getItem(KEY));
  } catch {
    return null;
  }
}

/** Stores a draft in this browser. If the storage is full or forbidden, it is not stored there. */
export function storeDraft(storage: Pick<Storage, 'setItem'>, text: string): void {
  try {
    storage.setItem(KEY, text);
  } catch {
    // The text is still in the form.
  }
}
