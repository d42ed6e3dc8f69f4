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
  /** The source's name before each line. */
  prefixed: boolean;
  /** JSON lines of our components become text for people. */
  rendered: boolean;
  raw: boolean;
  json: boolean;
  /** Colour sequences stay, for a terminal. */
  colours: boolean;
}

/** Bytes below space but tab, and DEL; a line without them and without other than ASCII needs no cleaning. */
const PLAIN_LINE = /^[\t -~]*$/;

/** A line as it is written, with its newline. @param matching where given, of a rewritten line the last state that matches is shown */
export function lineOutput(line: LogLine, style: LineStyle, matching: RegExp | null): string | Uint8Array {
  if (style.json) return `${jsonLine(lineDocument(line, style, matching))}\n`;
  if (style.raw) return Buffer.concat([line.bytes, Buffer.from('\n')]);
  const text = shownText(line.bytes, style, matching);
  return style.prefixed ? `${style.source} | ${text}\n` : `${text}\n`;
}

/** A line's bytes as text: invalid UTF-8 becomes U+FFFD, a NUL a visible sign. */
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
  // What was escaped in the JSON is a control character again once it is rendered.
  return style.rendered ? stripTerminalControls(renderComponentLine(text)) : text;
}

function cleanText(bytes: Uint8Array, matching: RegExp | null, keepColours: boolean): string {
  const text = lineText(bytes);
  if (PLAIN_LINE.test(text)) return text;
  return stripTerminalControls(text.includes('\r') ? shownState(text, matching) : text, { keepColours });
}

/** Of a line that rewrites itself the last state; where lines are searched, the last one that was searched for. */
function shownState(text: string, matching: RegExp | null): string {
  const found = matching === null ? undefined : text.split('\r').findLast((state) => matching.test(state));
  return found ?? collapseProgress(text);
}
