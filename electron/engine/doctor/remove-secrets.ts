import { homeFolder } from '../files/data-home.ts';

/** Replaces a secret. */
const REMOVED = '«removed»';

/** Words before `=` or `:` whose value is secret. */
const SECRET_NAMES = 'password|passwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|credential|authorization';

/**
 * Forms of secrets that services issue, and values that are named as secrets. Token counts are not secrets and stay:
 * only values of some length that are more than a number are removed.
 */
const PATTERNS: readonly RegExp[] = [
  /\bhf_[A-Za-z0-9]{16,}/g,
  /\bsk-[A-Za-z0-9_-]{16,}/g,
  /\bgh[pousr]_[A-Za-z0-9]{20,}/g,
  /\bgithub_pat_\w{20,}/g,
  /\bglpat-[\w-]{16,}/g,
  /\bAKIA[A-Z0-9]{12,}/g,
  /\bxox[a-z]-[A-Za-z0-9-]{10,}/g,
  /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}/g,
  /(?<=\bBearer\s+)[\w.~+/=-]{8,}/gi,
  /(?<=:\/\/[^\s/:@]{1,100}:)[^\s/@]{1,200}(?=@)/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g,
  new RegExp(
    String.raw`(?<=\b\w{0,40}(?:${SECRET_NAMES})\w{0,40}["']?\s{0,3}[=:]\s{0,3}["']?)(?!\d+\b)(?:[^\s"',;«\\]|\\(?!["'])){6,}`,
    'gi',
  ),
  // An option and its value as two arguments: on a command line, or in a JSON list, which may itself be inside a JSON string.
  new RegExp(
    String.raw`(?<=(?:^|[\s"'])--?[\w-]{0,40}(?:${SECRET_NAMES})[\w-]{0,40}(?:\s{1,3}|\\?["']\s{0,3},\s{0,3}\\?["'])["']?)(?![-\s]|\d+\b)(?:[^\s"',;«\\]|\\(?!["'])){6,}`,
    'gi',
  ),
];
const SECRET_NAME = new RegExp(SECRET_NAMES, 'i');

/** Shorter values are words that occur in any text. */
const SHORTEST_VALUE = 6;

/** Returns the values that are secret by their names, such as those of variables or parameters. */
export function secretValues(named: Readonly<Record<string, unknown>>): string[] {
  return Object.entries(named).flatMap(([name, value]) =>
    typeof value === 'string' && value.length >= SHORTEST_VALUE && SECRET_NAME.test(name) ? [value] : [],
  );
}

/**
 * Removes from a text what has the form of a secret, and the name of the person's home folder. It recognizes forms, not meanings: a person has to
 * check the text before passing it on.
 * @param known values that are secret wherever they occur
 */
export function removeSecrets(text: string, home: string = homeFolder(), known: readonly string[] = []): string {
  let cleaned = text;
  for (const value of known) cleaned = cleaned.replaceAll(value, REMOVED);
  for (const pattern of PATTERNS) cleaned = cleaned.replaceAll(pattern, REMOVED);
  return home.length > 1 ? cleaned.replaceAll(home, '~') : cleaned;
}
