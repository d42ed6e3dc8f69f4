import { Buffer } from 'node:buffer';
import { isFields, tokensOfUsage, USAGE_NAMES, type UsageFields } from '../../../../shared/run/token-usage.ts';
import { addTokens, allTokens, NO_TOKENS, type Tokens } from '../../../../shared/run/tokens.ts';
import { processStarts } from './process-starts.ts';
import type { TokenCount } from './token-accounts.ts';
import { TokenRequests, type TokenUse } from './token-requests.ts';

/** In `input_tokens"`, `inputTokens"`, `promptTokenCount"` and `prompt_token_count"`; short enough for Node to find by its first, rare byte. */
const NEEDLE = 'ken';
/** What follows the needle where it may belong to a usage object. */
const NEEDLE_ENDS = ['s"', 'Count"', '_count"'].map((end) => Buffer.from(end));
/** How all names begin under which an object gives its usage. */
const KEY = '"usage';
/** The first name of a count is this near after the key (bytes). */
const KEY_WITHIN_BYTES = 200;
/** The owner of the usage is named this near to the beginning of a line that is not parsed as JSON (bytes). */
const HEAD_BYTES = 1024;
const OPENING = new RegExp(`^"(?:${USAGE_NAMES.join('|')})"\\s*:\\s*(?=\\{)`);
const NEWLINE = 10;
/** How deep nested objects are searched: a server's answer in a record of a batch is five levels deep. */
const MOST_DEPTH = 24;

/** Names under which programs give the conversation of a line. */
const SESSION_NAMES = ['session_id', 'sessionId', 'thread_id', 'conversation_id'];
/** Names of a conversation that a tool of the outer one leads. */
const BRANCH_NAMES = ['parent_tool_use_id'];
const ID_NAMES = ['id', 'request_id', 'response_id', 'message_id', 'requestId', 'responseId', 'messageId'];
/** The type of a line that sums up a conversation. */
const CLOSING_TYPE =
  /^(?:(?:final|session|run|agent|conversation|usage|token)[._ -])*(?:result|summary|totals?|total[._ -]usage|final|done|end|ended|finished|completed?)$/i;
/** The same for the name of a key. */
const CLOSING_NAME = /^(?:summary|totals?)$/i;
/** Streams of single answers end an answer with such types, not a conversation. */
const ANSWER_TYPE = /^(?:response|message|content|chat|step|turn|item)[._ -]/i;

/** The type of what a person or a tool sends to a model. */
const USER_TYPE = 'user';
/** The end of a streamed answer repeats its usage, and not always its id. */
const STREAM_END_TYPE = /^message[._ -](?:delta|stop)$/i;
/** How many conversations' last requests are remembered. */
const REMEMBERED_IDS = 1000;

/** What the objects around a usage object name, from the outside in. */
interface Surroundings {
  id: string | null;
  session: string;
  branch: string;
  type: string;
}

const NOWHERE: Surroundings = { id: null, session: '', branch: '', type: '' };

/** Where to search: bytes of whole lines or of a piece of one, of which the first `ownedBytes` are counted here. */
interface Part {
  bytes: Buffer;
  ownedBytes: number;
  startsMidLine: boolean;
}

/**
 * Adds up the usage objects in the JSON lines of a log, as servers and their clients print them. Streams repeat the usage so far, several streams mix
 * their lines, and a last line may sum up all. Each request counts once.
 */
export class UsageObjects {
  private readonly requests = new TokenRequests();
  /** What the beginning of a line named that continues in the next part. */
  private head: Surroundings = NOWHERE;
  /** By conversation, the request that was mentioned last: the end of a stream need not repeat its id. */
  private lastIds = new Map<string, string>();

  get count(): TokenCount {
    return this.requests.count;
  }

  /** Takes a part; each must come once, in order. `maxBytes` limits what one object may take. */
  take(part: Part, maxBytes: number): void {
    const { bytes, ownedBytes, startsMidLine } = part;
    const isPiece = ownedBytes < bytes.length;
    const restarts = processStarts(part);
    let at = nextCount(bytes, 0);
    let takenTo = 0;
    while (at >= 0) {
      const start = lineStart(bytes, at);
      for (; (restarts[0] ?? start) < start; restarts.shift()) this.startProcess();
      const end = lineEnd(bytes, at);
      if (!isPiece && (start > 0 || !startsMidLine) && this.takeJson(bytes, start, end)) {
        takenTo = end;
        at = nextCount(bytes, end);
        continue;
      }
      const from = Math.max(takenTo, at - KEY_WITHIN_BYTES);
      const key = from + bytes.subarray(from, at).lastIndexOf(KEY);
      if (key >= ownedBytes) break;
      const next = key < from ? null : this.takeObject(part, { key, takenTo, maxBytes });
      takenTo = next ?? takenTo;
      at = nextCount(bytes, next ?? at + NEEDLE.length);
    }
    if (restarts.length > 0) this.startProcess();
    if (!isPiece) this.head = NOWHERE;
    else if (!startsMidLine) this.head = headOf(bytes.toString('utf8', 0, HEAD_BYTES));
  }

  private startProcess(): void {
    this.requests.restart();
    this.lastIds.clear();
  }

  /** Takes a line that is JSON, alone or after what a logger puts before it. @returns false when it is not */
  private takeJson(bytes: Buffer, start: number, end: number): boolean {
    if (!bytes.subarray(start, end).includes(KEY)) return false;
    const line = bytes.toString('utf8', start, end);
    const value = parsed(line) ?? parsed(line.slice(line.indexOf('{'), line.lastIndexOf('}') + 1));
    if (value === null) return false;
    for (const use of usesIn(value, NOWHERE, 0)) this.takeUse(use);
    return true;
  }

  /** Takes an object in a line that is not JSON as a whole. @returns where it ends; null when there is none */
  private takeObject(
    { bytes, startsMidLine }: Part,
    { key, takenTo, maxBytes }: { key: number; takenTo: number; maxBytes: number },
  ): number | null {
    const text = bytes.toString('latin1', key, Math.min(bytes.length, key + maxBytes));
    const opening = OPENING.exec(text)?.[0].length;
    if (opening === undefined) return null;
    const object = objectAt(text, opening);
    if (object === null) return null;
    const start = lineStart(bytes, key);
    const before = headOf(bytes.toString('utf8', Math.max(start, takenTo), key));
    const head = start === 0 && startsMidLine && takenTo === 0 ? inner(this.head, before) : before;
    if (isFields(object.value) && head.type !== USER_TYPE) this.takeUse(useOf(object.value, head));
    return key + object.end;
  }

  private takeUse(use: UseOfLine): void {
    const id = use.id ?? (use.endsStream ? (this.lastIds.get(use.session) ?? null) : null);
    if (id !== null) rememberLatest(this.lastIds, use.session, id);
    this.requests.take({ ...use, id });
  }
}

type UseOfLine = TokenUse & { endsStream: boolean };

/** Returns the usage in a JSON value: nested objects before the object's own usage. */
function usesIn(value: unknown, around: Surroundings, depth: number): UseOfLine[] {
  if (depth > MOST_DEPTH) return [];
  // An entry of a list is one of several: an id from around the list is not its own.
  if (Array.isArray(value)) return value.flatMap((entry) => usesIn(entry, { ...around, id: null }, depth + 1));
  if (!isFields(value)) return [];
  const here = inner(around, surroundings(value));
  // Input to a model has no usage of its own: any usage in it was counted when it was made.
  if (here.type === USER_TYPE) return [];
  const inside = Object.entries(value)
    .filter(([name]) => !USAGE_NAMES.includes(name))
    .flatMap(([name, entry]) =>
      usesIn(entry, CLOSING_NAME.test(name) ? { ...here, type: 'summary' } : here, depth + 1),
    );
  const usage = USAGE_NAMES.map((name) => value[name]).find((named) => tokensOfUsage(named) !== null);
  const tokens = tokensOfUsage(usage);
  if (!isFields(usage) || tokens === null)
    return inside.length > 1 ? inside.map((use) => withoutId(use, here.id)) : inside;
  if (inside.length === 0) return [useOf(usage, here)];
  if (!sumsUp(tokens, inside)) return inside;
  return inside.length === 1
    ? [useOf(usage, here)]
    : [...inside.map((use) => withoutId(use, here.id)), { ...useOf(usage, here), closes: true }];
}

/** Removes the id of a request when several have inherited it: it is not theirs. */
function withoutId(use: UseOfLine, id: string | null): UseOfLine {
  return use.id === id ? { ...use, id: null } : use;
}

/** Returns the usage of an object that itself names its request and conversation, the request by one of these names. */
export function useOfFields(fields: UsageFields, usage: UsageFields, idNames: readonly string[]): TokenUse {
  return useOf(usage, { ...surroundings(fields), id: textAt(fields, idNames) });
}

function useOf(usage: UsageFields, { id, session, branch, type }: Surroundings): UseOfLine {
  const closes = CLOSING_TYPE.test(type) && !ANSWER_TYPE.test(type);
  return { usage, id, session, branch, closes, endsStream: STREAM_END_TYPE.test(type) };
}

/** Returns whether an object's usage is the sum of those inside of it and not only one more of them. */
function sumsUp(tokens: Tokens, inside: readonly UseOfLine[]): boolean {
  const sum = inside.map(({ usage }) => tokensOfUsage(usage) ?? NO_TOKENS).reduce(addTokens, NO_TOKENS);
  return allTokens(tokens) >= allTokens(sum);
}

/** Merges two surroundings: names further inside take precedence over those around them. */
function inner(around: Surroundings, inside: Surroundings): Surroundings {
  return {
    id: inside.id ?? around.id,
    session: inside.session === '' ? around.session : inside.session,
    branch: inside.branch === '' ? around.branch : inside.branch,
    type: inside.type === '' ? around.type : inside.type,
  };
}

function surroundings(value: UsageFields): Surroundings {
  return {
    id: textAt(value, ID_NAMES),
    session: textAt(value, SESSION_NAMES) ?? '',
    branch: textAt(value, BRANCH_NAMES) ?? '',
    type: textAt(value, ['type', 'event']) ?? '',
  };
}

function textAt(value: UsageFields, names: readonly string[]): string | null {
  for (const name of names) {
    const text = value[name];
    if (typeof text === 'string' && text !== '') return text;
  }
  return null;
}

/** Returns what the beginning of a line names, parsed as text. */
function headOf(text: string): Surroundings {
  return {
    id: namedText(text, ID_NAMES),
    session: namedText(text, SESSION_NAMES) ?? '',
    branch: namedText(text, BRANCH_NAMES) ?? '',
    type: namedText(text, ['type']) ?? '',
  };
}

function namedText(text: string, names: readonly string[]): string | null {
  for (const name of names) {
    const found = new RegExp(`"${name}"\\s*:\\s*"([^"\\\\]{1,200})"`).exec(text)?.[1];
    if (found !== undefined) return found;
  }
  return null;
}

/** Returns the JSON object that begins at an index of a text; null when it is not complete or not JSON. */
function objectAt(text: string, from: number): { value: unknown; end: number } | null {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '{') depth += 1;
    // Names and values of a usage object hold no braces. One that does is not valid JSON at this point and is skipped.
    else if (character === '}') depth -= 1;
    if (depth === 0) {
      const value = parsed(text.slice(from, at + 1));
      return value === null ? null : { value, end: at + 1 };
    }
  }
  return null;
}

/** Returns a JSON object or list; null when a text is something else. */
function parsed(json: string): object | null {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' ? value : null;
  } catch {
    return null;
  }
}

function rememberLatest(ids: Map<string, string>, session: string, id: string): void {
  ids.delete(session);
  ids.set(session, id);
  const [oldest] = ids.keys();
  if (ids.size > REMEMBERED_IDS && oldest !== undefined) ids.delete(oldest);
}

/** Returns where the next name of a count is, from an index on; negative when nowhere. */
function nextCount(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(NEEDLE, from); at >= 0; at = bytes.indexOf(NEEDLE, at + NEEDLE.length)) {
    const end = at + NEEDLE.length;
    if (NEEDLE_ENDS.some((bytesBehind) => bytes.subarray(end, end + bytesBehind.length).equals(bytesBehind))) return at;
  }
  return -1;
}

function lineStart(bytes: Buffer, at: number): number {
  return at === 0 ? 0 : bytes.lastIndexOf(NEWLINE, at - 1) + 1;
}

function lineEnd(bytes: Buffer, at: number): number {
  const newline = bytes.indexOf(NEWLINE, at);
  return newline < 0 ? bytes.length : newline;
}
