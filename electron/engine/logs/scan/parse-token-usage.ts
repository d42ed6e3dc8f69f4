import { stripTerminalControls } from '../strip-terminal-controls.ts';
import type { TokenUse } from './token-requests.ts';

/** `Token usage:` and what may be around the numbers: a word about what is summed up, a brace, the name of a class. */
const TOKEN_USAGE =
  /^token[ _-]usage\b\s*(?<of>\([^()]*\)|(?:in )?total|overall|sum)?["']?\s*[:=–-]\s*(?:[a-z][\w.]*\(|\{)?\s*/i;
/** The line sums up those before it. */
const SUM_BEFORE = /\b(?:total|overall|sum|cumulative|session|final)[ _:-]*$/i;
const SUM_BEHIND = /total|overall|sum|session|all/i;
/** How many characters before the words are searched for one that names a sum. */
const BEFORE_CHARS = 24;
const NAME = /["']?([a-z][a-z _-]*?)["']?\s*[=:]\s*/iy;
/** A count, also with its thousands separated: `1,001`, and `1 001` where nothing else can be meant. */
const COUNT =
  /["']?(\d{1,3}(?:[,_'’\u00a0\u2009\u202f]\d{3})+|\d{1,3}(?: \d{3})+(?=\s*(?:tokens?\b|[,;|/)}"']|$))|\d+(?! \d{3}\b))["']?(?![,.]?\d|[.]?\w)(?:\s*tokens?\b)?/iy;
const WORD = /["']?([^\s,;(){}"']+)["']?/y;
/** `(+ 5,000 cached)` is added to the prompt before it, `(5,000 cached)` is a part of it. */
const BRACKETS = /\s*\(([^()]*)\)/y;
const CACHED = /^\s*(\+)?\s*([\d,_'’\u00a0\u2009\u202f]+)\s*(?:tokens )?cached\b/i;
const BETWEEN = /[\s,;|/)}]*(?:and\s+)?/y;
const TOKENS_BEHIND = /(?:_input)?_tokens?$/;

const COUNTS: Readonly<Record<string, string>> = {
  input: 'input_tokens',
  in: 'input_tokens',
  prompt: 'prompt_tokens',
  output: 'output_tokens',
  out: 'output_tokens',
  completion: 'completion_tokens',
  cache_read: 'cache_read_tokens',
  cached: 'cached_input_tokens',
  cached_input: 'cached_input_tokens',
  cache_creation: 'cache_creation_tokens',
  cache_write: 'cache_creation_tokens',
};
const IDS: readonly string[] = ['id', 'request', 'request_id'];

/** The content of a `Token usage:` line; nothing, and `unread`, when a count in it has a form that cannot be read as a number. */
export interface TokenUsageLine {
  use: TokenUse | null;
  unread: boolean;
}

/**
 * Parses `Token usage: input=1, output=2, cache_read=3, cache_creation=4` at the beginning of a text: keys in any order, missing ones 0, nothing from
 * the lines below. Null when the text is something else.
 * @param before the text before it on the line
 */
export function parseTokenUsage(text: string, before = ''): TokenUsageLine | null {
  const line = stripTerminalControls(firstLine(text));
  const opening = TOKEN_USAGE.exec(line);
  if (opening === null) return null;
  const { usage, id, unread } = readPairs(line, opening[0].length);
  const named = Object.keys(usage).length > 0;
  if (!named && !unread) return null;
  const closes =
    SUM_BEFORE.test(stripTerminalControls(before).slice(-BEFORE_CHARS)) ||
    SUM_BEHIND.test(opening.groups?.['of'] ?? '');
  // Part of a line would give a wrong number that seems right.
  return { use: named && !unread ? { usage, id, session: '', branch: '', closes } : null, unread };
}

interface Pairs {
  usage: Record<string, number>;
  id: string | null;
  unread: boolean;
}

/** Reads the names and values that follow each other from an index on. */
function readPairs(line: string, from: number): Pairs {
  const pairs: Pairs = { usage: {}, id: null, unread: false };
  let at = from;
  for (let name = matchAt(NAME, line, at); name !== null; name = matchAt(NAME, line, at)) {
    at += name[0].length;
    const key = (name[1] ?? '').toLowerCase().replaceAll(/[ -]/g, '_').replace(TOKENS_BEHIND, '');
    const count = matchAt(COUNT, line, at);
    const value = count ?? matchAt(WORD, line, at);
    if (value === null) break;
    at += value[0].length;
    notePair(pairs, key, { text: value[1] ?? '', isCount: count !== null });
    const brackets = matchAt(BRACKETS, line, at);
    if (brackets !== null) {
      at += brackets[0].length;
      noteCached(pairs, brackets[1] ?? '');
    }
    at += matchAt(BETWEEN, line, at)?.[0].length ?? 0;
  }
  return pairs;
}

function notePair(pairs: Pairs, key: string, { text, isCount }: { text: string; isCount: boolean }): void {
  const name = Object.hasOwn(COUNTS, key) ? COUNTS[key] : undefined;
  if (name === undefined) {
    if (IDS.includes(key)) pairs.id = text;
  } else if (isCount) {
    pairs.usage[name] = numberOf(text);
  } else {
    pairs.unread = true;
  }
}

function noteCached(pairs: Pairs, text: string): void {
  const cached = CACHED.exec(text);
  if (cached === null) return;
  pairs.usage[cached[1] === undefined ? 'cached_input_tokens' : 'cache_read_tokens'] = numberOf(cached[2] ?? '');
}

function numberOf(text: string): number {
  return Number(text.replaceAll(/\D/g, ''));
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function firstLine(text: string): string {
  const end = text.search(/[\r\n]/);
  return end < 0 ? text : text.slice(0, end);
}
