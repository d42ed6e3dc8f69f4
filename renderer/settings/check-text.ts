import { type SettingsChange, settingsChangeSchema } from '../../shared/settings.ts';

/** A change, or what is wrong with the text that asks for it. */
export type CheckedText = { change: SettingsChange } | { complaint: string };

/** Settings that are typed: how a text becomes a change, and a setting a text. */
export interface TypedSetting {
  /** null for an empty text, where that means something. */
  toChange: (value: string | number | null) => unknown;
  isNumber: boolean;
  /** Whether there may be none. */
  isOptional: boolean;
}

/** Reads what was typed into a field; the same schema checks it as in the engine. */
export function checkText(text: string, { toChange, isNumber, isOptional }: TypedSetting): CheckedText {
  const trimmed = text.trim();
  const value = trimmed === '' && isOptional ? null : isNumber ? numberOf(trimmed) : trimmed;
  const parsed = settingsChangeSchema.safeParse(toChange(value));
  if (parsed.success) return { change: parsed.data };
  return { complaint: parsed.error.issues[0]?.message ?? 'That does not fit.' };
}

/** NaN for what is no number, which no schema takes. */
function numberOf(text: string): number {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
