import { z } from 'zod';
import { type LaunchDraft, launchDraftSchema } from './form-draft.ts';

/** The version changes when an older draft could be misread. */
const KEY = 'drover.launch-draft.v1';

/** When it was kept, in milliseconds since 1970, so that the newest of several can be told. */
const keptSchema = launchDraftSchema.extend({ kept: z.number().default(0) });

/** A draft and when it was kept (milliseconds since 1970). */
export interface KeptDraft {
  draft: LaunchDraft;
  kept: number;
}

/** The text in which a draft is kept. */
export function draftText(draft: LaunchDraft, kept: number): string {
  return JSON.stringify({ ...draft, kept });
}

/** Reads it again; null where it is none. */
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

/** The draft of the last time in this browser; null where there is none or it cannot be read. */
export function readStoredDraft(storage: Pick<Storage, 'getItem'>): KeptDraft | null {
  try {
    return parseDraft(storage.getItem(KEY));
  } catch {
    return null;
  }
}

/** Keeps a draft in this browser. A full or forbidden storage only means that it is not kept there. */
export function storeDraft(storage: Pick<Storage, 'setItem'>, text: string): void {
  try {
    storage.setItem(KEY, text);
  } catch {
    // What was typed is still in the form.
  }
}
