import { Buffer } from 'node:buffer';

/**
 * Node looks for a needle below eight bytes by its first byte (memchr) and compares there, which is the quickest way when that byte is
 * rare; for a longer one it turns to a slower algorithm.
 */
const PROBE_BYTES = 7;
/** So many false finds in one region and the whole literal is looked for instead. */
const MAX_FALSE_FINDS = 64;

/** Bytes by how often logs hold them, the commonest first; a byte that is not listed is rare. */
const COMMON_BYTES = ' etaoinsrlhdcum0123456789-.pfgwybvk:,/_=[]()ITEAWDNOSRLC"\'xjqzFPMBGHUV';

/** Looks for a text in blocks of bytes, by its rarest part. */
export class LiteralProbe {
  private readonly literal: Buffer;
  private readonly probe: Buffer;
  private readonly shift: number;

  constructor(text: string) {
    this.literal = Buffer.from(text);
    this.shift = rarestIndex(this.literal);
    this.probe = this.literal.subarray(this.shift, this.shift + PROBE_BYTES);
  }

  /** Index of the first occurrence at or after `from`, or -1. */
  find(bytes: Buffer, from: number): number {
    let at = bytes.indexOf(this.probe, from + this.shift);
    for (let tries = 0; at >= 0; tries += 1) {
      const start = at - this.shift;
      if (start + this.literal.length > bytes.length) {
        return -1;
      }
      if (bytes.compare(this.literal, 0, this.literal.length, start, start + this.literal.length) === 0) {
        return start;
      }
      if (tries >= MAX_FALSE_FINDS) {
        return bytes.indexOf(this.literal, start + 1);
      }
      at = bytes.indexOf(this.probe, at + 1);
    }
    return -1;
  }
}

/** Where the literal's rarest byte stands, leaving room for a probe as long as the literal allows. */
function rarestIndex(literal: Buffer): number {
  let best = 0;
  let bestRank = -1;
  for (let index = 0; index <= Math.max(0, literal.length - 2); index += 1) {
    const common = COMMON_BYTES.indexOf(String.fromCharCode(literal[index] ?? 0));
    const rank = common < 0 ? COMMON_BYTES.length : common;
    if (rank > bestRank) {
      best = index;
      bestRank = rank;
    }
  }
  return best;
}
