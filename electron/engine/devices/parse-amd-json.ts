/** One card's object in an answer of `amd-smi … --json`. */
export type AmdObject = Readonly<Record<string, unknown>>;

/** The card objects of an answer. Anything else is no card. */
export function parseAmdCards(text: string): AmdObject[] {
  return parseAmdEntries(text).filter(isObject);
}

/** What an answer has in place of card objects. */
export function unreadableAmdEntries(text: string): unknown[] {
  return parseAmdEntries(text).filter((entry) => !isObject(entry));
}

/** The top level is a list or `{"gpu_data": [...]}`, depending on the release, and warnings may stand before it. */
function parseAmdEntries(text: string): unknown[] {
  const value = parseJson(text) ?? parseJson(text.slice(Math.max(0, text.search(/^[[{]/m))));
  const list = isObject(value) ? value['gpu_data'] : value;
  return Array.isArray(list) ? list : [];
}

/** The value at a path of keys; undefined where the way ends early. */
export function valueAt(card: AmdObject, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (isObject(value) ? value[key] : undefined), card);
}

/** The first of several values that is a number: bare, as digits in a text, or as `{value, unit}`. `"N/A"` is null. */
export function amdNumber(...candidates: readonly unknown[]): number | null {
  for (const candidate of candidates) {
    const value = isObject(candidate) ? candidate['value'] : candidate;
    if (typeof value === 'number' && Number.isFinite(value)) return value;
    if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value.trim())) return Number(value);
  }
  return null;
}

/** Bytes in an unit as amd-smi names them; its `MB` is 2^20. */
const UNITS: Readonly<Record<string, number>> = { B: 1, KB: 2 ** 10, MB: 2 ** 20, GB: 2 ** 30 };

/** An amount of memory in bytes; without a unit it is in MB. */
export function amdBytes(candidate: unknown): number | null {
  const amount = amdNumber(candidate);
  const unit = isObject(candidate) ? candidate['unit'] : 'MB';
  const factor = typeof unit === 'string' ? UNITS[unit.toUpperCase()] : undefined;
  return amount === null || amount < 0 || factor === undefined ? null : amount * factor;
}

/** A text; empty ones and `N/A` are null. */
export function amdText(candidate: unknown): string | null {
  return typeof candidate === 'string' && !['', 'N/A'].includes(candidate.trim()) ? candidate.trim() : null;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
