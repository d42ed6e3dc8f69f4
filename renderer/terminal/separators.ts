/** The beginnings of the lines that Drover writes between two starts of a worker: `=== Resume at …`, `=== Restart 2 at …`. */
const STARTS = ['=== Resume at ', '=== Restart '].map((text) => new TextEncoder().encode(text));
const NEWLINE = 10;
const EQUALS_SIGN = 61;

/** Returns where the lines begin that separate a resume or a restart from earlier output. The bytes must begin with a line. */
export function separatorStarts(bytes: Uint8Array): number[] {
  const found: number[] = [];
  for (let start = 0; start >= 0 && start < bytes.length; start = nextLine(bytes, start))
    if (bytes[start] === EQUALS_SIGN && STARTS.some((text) => beginsWith(bytes, start, text))) found.push(start);
  return found;
}

function nextLine(bytes: Uint8Array, from: number): number {
  const newline = bytes.indexOf(NEWLINE, from);
  return newline < 0 ? -1 : newline + 1;
}

function beginsWith(bytes: Uint8Array, at: number, text: Uint8Array): boolean {
  return at + text.length <= bytes.length && text.every((byte, index) => bytes[at + index] === byte);
}
