import type { Buffer } from 'node:buffer';

const NEWLINE = 10;
/** The first words of the lines that the engine writes when it starts another process with the same log. */
const OPENINGS = ['=== Restart ', '=== Resume at '];
/** Their common beginning, which is found by its first byte. */
const NEEDLE = '=== Re';

/** Returns where in a part of a log another process begins to print: a known id means another request from there on. */
export function processStarts({ bytes, ownedBytes }: { bytes: Buffer; ownedBytes: number }): number[] {
  const starts: number[] = [];
  for (let at = bytes.indexOf(NEEDLE); at >= 0 && at < ownedBytes; at = bytes.indexOf(NEEDLE, at + 1)) {
    const isLine = at === 0 || bytes[at - 1] === NEWLINE;
    if (isLine && OPENINGS.some((words) => bytes.toString('latin1', at, at + words.length) === words)) starts.push(at);
  }
  return starts;
}
