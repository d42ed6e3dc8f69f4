import { Buffer } from 'node:buffer';
import { jsonLine } from '../../../shared/json-line.ts';
import { collapseProgress } from '../../engine/logs/collapse-progress.ts';
import { decodeLines } from '../../engine/logs/decode-lines.ts';
import { renderComponentLine } from '../../engine/logs/render-component-line.ts';
import { stripTerminalControls } from '../../engine/logs/strip-terminal-controls.ts';
import type { LogLine } from './log-lines.ts';

/** How lines are written. */
export interface LineStyle {
  source: string;
  step: number | null;
  /** Whether the source's name is printed before each line. */
  prefixed: boolean;
  /** Whether JSON lines of our components are rendered as text for people. */
  rendered: boolean;
  raw: boolean;
  json: boolean;
  /** Whether colour sequences are kept, for a terminal. */
  colours: boolean;
}

/** A line of printable ASCII and tabs: it needs no cleaning. */
const PLAIN_LINE = /^[\t -~]*$/;

/** Returns a line as it is written, with its newline. @param matching if given, a rewritten line shows its last state that matches */
export function lineOutput(line: LogLine, style: LineStyle, matching: RegExp | null): string | Uint8Array {
  if (style.json) return `${jsonLine(lineDocument(line, style, matching))}\n`;
  if (style.raw) return Buffer.concat([line.bytes, Buffer.from('\n')]);
  const text = shownText(line.bytes, style, matching);
  return style.prefixed ? `${style.source} | ${text}\n` : `${text}\n`;
}

/** Decodes a line: invalid UTF-8 becomes U+FFFD, a NUL becomes a visible character. */
export function lineText(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return PLAIN_LINE.test(text) ? text : (decodeLines(bytes)[0] ?? '');
}

function lineDocument(line: LogLine, style: LineStyle, matching: RegExp | null): Record<string, unknown> {
  const text = style.raw ? lineText(line.bytes) : cleanText(line.bytes, matching, false);
  return { source: style.source, step: style.step, offset: line.offset, line: line.line, text };
}

function shownText(bytes: Uint8Array, style: LineStyle, matching: RegExp | null): string {
  const text = cleanText(bytes, matching, style.colours);
  // Rendering turns escapes in the JSON back into control characters.
  return style.rendered ? stripTerminalControls(renderComponentLine(text)) : text;
}

function cleanText(bytes: Uint8Array, matching: RegExp | null, keepColours: boolean): string {
  const text = lineText(bytes);
  if (PLAIN_LINE.test(text)) return text;
  return stripTerminalControls(text.includes('\r') ? shownState(text, matching) : text, { keepColours });
}

/** Returns the last state of a line that rewrites itself; with a search, the last state that matches. */
function shownState(text: string, matching: RegExp | null): string {
  const found = matching === null ? undefined : text.split('\r').findLast((state) => matching.test(state));
  return found ?? collapseProgress(text);
}
