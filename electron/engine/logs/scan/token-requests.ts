import { hash } from 'node:crypto';
import { mergeUsage, tokensOfUsage, type UsageFields } from '../../../../shared/run/token-usage.ts';
import { addTokens, allTokens, NO_TOKENS, type Tokens } from '../../../../shared/run/tokens.ts';
import { NO_TOKEN_COUNT, type TokenCount } from './token-accounts.ts';

/**
 * How many requests are kept that a later line may still add to. Of older ones only the fact that they were counted is kept (about 300 bytes each).
 */
const OPEN_REQUESTS = 20_000;
/** How many conversations are kept that a closing sum may still follow (about 200 bytes each). */
const OPEN_SESSIONS = 2_000;
/** The part of an id's hash that distinguishes it from others: of a million ids two are equal once in 10,000 logs. */
const HASH_HIGH_BITS = 0x1f_ff_ff;
const TWO_TO_32 = 2 ** 32;
/** The table of counted requests grows when it is half full. */
const FIRST_TABLE_SIZE = 1024;

/** The usage at one place in a log. */
export interface TokenUse {
  usage: UsageFields;
  /** The id of the request, the same in every line about it; null when none is given: then it is a request of its own. */
  id: string | null;
  /** The conversation that it belongs to; empty when none is named. */
  session: string;
  /** The conversation inside the conversation (a sub-agent's), which the sum of the outer one may leave out; empty for none. */
  branch: string;
  /** Whether it sums up the usage before it in its conversation. */
  closes: boolean;
}

/** Requests of one conversation, or of a branch of one, that no sum has replaced yet. */
interface Parts {
  session: string;
  branch: string;
  tokens: Tokens;
  requests: number;
  /** Increases with each sum: a request of an earlier round is part of that sum for good. */
  round: number;
  /** Whether requests of earlier rounds are repeated: their sum may be repeated, too. */
  repeats: boolean;
}

/** A request that a later line may still add to. */
interface Request {
  fields: UsageFields;
  tokens: Tokens;
  parts: Parts;
  round: number;
}

/**
 * The account of one worker's requests. Each counts once by its id, however often it is repeated and however mixed with others. A closing sum
 * replaces what it sums up. Memory stays bounded: 16 bytes for each request beyond the last 20,000.
 */
export class TokenRequests {
  count: TokenCount = NO_TOKEN_COUNT;
  /** By id; the one that was mentioned last is at the end. */
  private requests = new Map<string, Request>();
  private counted = new NumberSet();
  /** By conversation and branch. */
  private parts = new Map<string, Parts>();
  /** By conversation: the total of its sums so far. */
  private closed = new Map<string, Tokens>();

  /** Takes the usage at the next place of the log. */
  take(use: TokenUse): void {
    const tokens = tokensOfUsage(use.usage);
    if (tokens === null || (use.closes && this.close(use, tokens))) return;
    // A sum of nothing is a request that no later sum has among its parts.
    const parts = use.closes ? newParts(use) : this.partsOf(use);
    if (use.id === null) this.addTo(parts, tokens, 1);
    else this.takeRequest(use.id, use.usage, tokens, parts);
  }

  /** Adds this many requests at once, which have no ids. */
  add(tokens: Tokens, requests: number): void {
    this.count = { tokens: addTokens(this.count.tokens, tokens), requests: this.count.requests + requests };
  }

  /** Starts again, because another process prints from here on: a known id means another request. */
  restart(): void {
    this.requests = new Map();
    this.counted = new NumberSet();
    this.parts = new Map();
    this.closed = new Map();
  }

  private takeRequest(id: string, usage: UsageFields, tokens: Tokens, parts: Parts): void {
    const known = this.requests.get(id);
    if (known === undefined) {
      if (this.counted.has(numberOf(id))) return;
      this.requests.set(id, { fields: mergeUsage({}, usage), tokens, parts, round: parts.round });
      this.addTo(parts, tokens, 1);
      this.settleOldest();
      return;
    }
    const fields = mergeUsage(known.fields, usage);
    const merged = tokensOfUsage(fields) ?? tokens;
    this.requests.delete(id);
    this.requests.set(id, { ...known, fields, tokens: merged });
    if (known.round === known.parts.round) this.addTo(known.parts, minusTokens(merged, known.tokens), 0);
    else known.parts.repeats = true;
  }

  /**
   * Replaces what a sum sums up by the sum: of all possible sets of parts, the largest that it covers in every kind of token.
   * @returns false when there is nothing that it could sum up: it is a request like others
   */
  private close(use: TokenUse, sum: Tokens): boolean {
    const isOwn = ({ session, branch }: Parts): boolean =>
      (use.session === '' || session === use.session) && branch === use.branch;
    const all = [...this.parts.values()];
    const repeated = all.filter((parts) => parts.repeats && isOwn(parts));
    for (const parts of repeated) parts.repeats = false;
    const open = all.filter((parts) => parts.requests > 0);
    const own = open.filter(isOwn);
    const branches = open.filter((parts) => parts.session === use.session && !own.includes(parts));
    const unnamed = use.session === '' ? [] : open.filter((parts) => parts.session === '');
    if (own.length + unnamed.length === 0) return repeated.length > 0;
    const earlier = this.closed.get(use.session) ?? NO_TOKENS;
    const chosen = fullestCovered(sum, { required: own, optional: [branches, unnamed], earlier });
    // The parts have more than their sum, so they stay.
    if (chosen === null) return own.length > 0;
    this.add(minusTokens(sum, chosen.tokens), 0);
    for (const parts of chosen.parts) Object.assign(parts, { tokens: NO_TOKENS, requests: 0, round: parts.round + 1 });
    this.closed.set(use.session, chosen.withEarlier ? sum : addTokens(earlier, sum));
    dropOldest(this.closed, OPEN_SESSIONS);
    return true;
  }

  private partsOf({ session, branch }: TokenUse): Parts {
    const key = `${session}\n${branch}`;
    const parts = this.parts.get(key) ?? newParts({ session, branch });
    this.parts.delete(key);
    this.parts.set(key, parts);
    dropOldest(this.parts, OPEN_SESSIONS);
    return parts;
  }

  private addTo(parts: Parts, tokens: Tokens, requests: number): void {
    parts.tokens = addTokens(parts.tokens, tokens);
    parts.requests += requests;
    this.add(tokens, requests);
  }

  private settleOldest(): void {
    const [oldest] = this.requests.keys();
    if (this.requests.size <= OPEN_REQUESTS || oldest === undefined) return;
    this.requests.delete(oldest);
    this.counted.add(numberOf(oldest));
  }
}

function newParts({ session, branch }: { session: string; branch: string }): Parts {
  return { session, branch, tokens: NO_TOKENS, requests: 0, round: 0, repeats: false };
}

interface Summed {
  parts: Parts[];
  tokens: Tokens;
  /** Whether the sums before it are included: it continues from them. */
  withEarlier: boolean;
}

/** Returns what a sum covers: its own parts, with or without what it may include; null when it is less than its own parts. */
function fullestCovered(
  sum: Tokens,
  { required, optional, earlier }: { required: Parts[]; optional: Parts[][]; earlier: Tokens },
): Summed | null {
  const choices = optional.reduce<Parts[][]>(
    (sets, more) => (more.length === 0 ? sets : sets.flatMap((set) => [[...set, ...more], set])),
    [required],
  );
  let best: Summed | null = null;
  for (const parts of choices.filter((set) => set.length > 0)) {
    const own = parts.map(({ tokens }) => tokens).reduce(addTokens, NO_TOKENS);
    for (const withEarlier of allTokens(earlier) > 0 ? [true, false] : [false]) {
      const tokens = withEarlier ? addTokens(own, earlier) : own;
      if (!covers(sum, tokens) || (best !== null && allTokens(best.tokens) >= allTokens(tokens))) continue;
      best = { parts, tokens, withEarlier };
    }
  }
  return best;
}

function covers(sum: Tokens, part: Tokens): boolean {
  return (Object.keys(NO_TOKENS) as (keyof Tokens)[]).every((key) => sum[key] >= part[key]);
}

function minusTokens(a: Tokens, b: Tokens): Tokens {
  return {
    input_tokens: a.input_tokens - b.input_tokens,
    output_tokens: a.output_tokens - b.output_tokens,
    cache_read_tokens: a.cache_read_tokens - b.cache_read_tokens,
    cache_creation_tokens: a.cache_creation_tokens - b.cache_creation_tokens,
  };
}

function dropOldest(map: Map<string, unknown>, most: number): void {
  const [oldest] = map.keys();
  if (map.size > most && oldest !== undefined) map.delete(oldest);
}

/** Returns a whole number from 1 that represents an id. */
function numberOf(id: string): number {
  const digest = hash('sha1', id, 'buffer');
  return (digest.readUInt32LE(0) & HASH_HIGH_BITS) * TWO_TO_32 + digest.readUInt32LE(4) + 1;
}

/** A set of whole numbers from 1, 16 bytes each and outside of the heap, which is small in a scan's thread. */
class NumberSet {
  private table = new Float64Array(0);
  private size = 0;

  has(value: number): boolean {
    return this.table.length > 0 && this.table[this.placeOf(value)] === value;
  }

  add(value: number): void {
    if (this.has(value)) return;
    if (this.size * 2 >= this.table.length) this.grow();
    this.table[this.placeOf(value)] = value;
    this.size += 1;
  }

  private grow(): void {
    const before = this.table;
    this.table = new Float64Array(Math.max(FIRST_TABLE_SIZE, before.length * 2));
    for (const value of before) if (value > 0) this.table[this.placeOf(value)] = value;
  }

  /** Returns the place of a value, or the free place where it belongs. */
  private placeOf(value: number): number {
    let place = value % this.table.length;
    while (this.table[place] !== 0 && this.table[place] !== value) place = (place + 1) % this.table.length;
    return place;
  }
}
