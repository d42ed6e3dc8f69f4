import type { Buffer } from 'node:buffer';
import { tokensOfUsage } from '../../../../shared/token-usage.ts';
import type { Tokens } from '../../../../shared/tokens.ts';
import { NO_TOKEN_COUNT, plusTokens, type TokenCount } from './token-accounts.ts';

/** In running text far rarer than `"usage"`, and short enough for Node to find by its first byte. */
const NEEDLE = '_tokens';
const KEY = '"usage"';
/** The first name of a count stands this near behind the key (bytes). */
const KEY_WITHIN_BYTES = 200;
/** A server's answer begins with its id (bytes). */
const ID_WITHIN_BYTES = 1024;
const ID = /"id"\s*:\s*"([^"\\]{1,200})"/;
const OPENING = /^"usage"\s*:\s*(?=\{)/;
const NEWLINE = 10;

/** Where to look: bytes of whole lines or of a piece of one, of which the first `ownedBytes` are counted here. */
interface Part {
  bytes: Buffer;
  ownedBytes: number;
}

/**
 * Adds up the usage objects in the JSON lines of a log. Of a streamed answer each line may repeat the usage so far: of lines in a row with
 * one id the last counts.
 */
export class UsageObjects {
  count: TokenCount = NO_TOKEN_COUNT;
  /** What was counted before the answer that is being streamed. */
  private before: TokenCount = NO_TOKEN_COUNT;
  private id: string | null = null;

  /** Takes a part; each must come once, in order. `maxBytes` bounds what one object may take. */
  take({ bytes, ownedBytes }: Part, maxBytes: number): void {
    let at = bytes.indexOf(NEEDLE);
    while (at >= 0) {
      const key = bytes.lastIndexOf(KEY, at);
      if (key >= ownedBytes) return;
      const end = key < 0 || at - key > KEY_WITHIN_BYTES ? null : this.takeObject(bytes, key, maxBytes);
      at = bytes.indexOf(NEEDLE, end ?? at + NEEDLE.length);
    }
  }

  /** @returns where the object ends; null when there is none */
  private takeObject(bytes: Buffer, key: number, maxBytes: number): number | null {
    const text = bytes.toString('latin1', key, Math.min(bytes.length, key + maxBytes));
    const opening = OPENING.exec(text)?.[0].length;
    if (opening === undefined) return null;
    const object = objectAt(text, opening);
    if (object === null) return null;
    const tokens = tokensOfUsage(object.value);
    if (tokens !== null) this.add(tokens, idOfLine(bytes, key));
    return key + object.end;
  }

  private add(tokens: Tokens, id: string | null): void {
    if (id === null || id !== this.id) this.before = this.count;
    this.id = id;
    this.count = plusTokens(this.before, tokens);
  }
}

/** The JSON object that begins at an index of a text; null when it is not whole or not JSON. */
function objectAt(text: string, from: number): { value: unknown; end: number } | null {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const character = text[at];
    if (character === '{') depth += 1;
    // Names and values of a usage object hold no braces; one that does is not JSON by then and is passed over.
    else if (character === '}') depth -= 1;
    if (depth === 0) return parsed(text.slice(from, at + 1), at + 1);
  }
  return null;
}

function parsed(json: string, end: number): { value: unknown; end: number } | null {
  try {
    return { value: JSON.parse(json), end };
  } catch {
    return null;
  }
}

function idOfLine(bytes: Buffer, at: number): string | null {
  const start = at === 0 ? 0 : bytes.lastIndexOf(NEWLINE, at - 1) + 1;
  return ID.exec(bytes.toString('latin1', start, Math.min(at, start + ID_WITHIN_BYTES)))?.[1] ?? null;
}
