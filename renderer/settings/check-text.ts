import { type SettingsChange, settingsChangeSchema } from '../../shared/settings.ts';

/** A change, or what is wrong with its text. */
export type CheckedText = { change: SettingsChange } | { complaint: string };

/** A setting that is typed: how its text becomes a change. */
export interface TypedSetting {
  /** Called with null for an empty text, where that has a meaning. */
  toChange: (value: string | number | null) => unknown;
  isNumber: boolean;
  /** Whether it may be empty. */
  isOptional: boolean;
}

/** Checks the text of a field with the same schema as the engine. */
export function checkText(text: string, { toChange, isNumber, isOptional }: TypedSetting): CheckedText {
  const trimmed = text.trim();
  const value = trimmed === '' && isOptional ? null : isNumber ? numberOf(trimmed) : trimmed;
  const parsed = settingsChangeSchema.safeParse(toChange(value));
  if (parsed.success) return { change: parsed.data };
  return { complaint: parsed.error.issues[0]?.message ?? 'This value is not valid.' };
}

/** Returns NaN for a text that is not a number; no schema accepts NaN. */
function numberOf(text: string): number {
  return /^-?\d+(?:\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
}
