import type { ProgressModel } from '../../../shared/run/progress-model.ts';
import type { Environment } from '../../engine/files/data-home.ts';
import { JsonDisplay } from './json-display.ts';
import { PlainDisplay } from './plain-display.ts';
import type { ProgressDisplay } from './progress-display.ts';
import { type Terminal, TerminalDisplay } from './terminal-display.ts';

/** How progress was asked for, and where it can go. */
export interface DisplayRequest {
  json: boolean;
  plain: boolean;
  /** Whether the JSON stream begins with what had happened before. */
  withPast: boolean;
  env: Environment;
  print: (line: string) => void;
  say: (line: string) => void;
  /** Standard error. */
  terminal: Terminal & { isTTY?: boolean };
}

/** JSON when asked for; bars where standard error is a terminal; else plain lines. */
export function chooseDisplay(model: ProgressModel, request: DisplayRequest): ProgressDisplay {
  const { env, terminal } = request;
  if (request.json) return new JsonDisplay(request.print, request.withPast);
  if (request.plain || terminal.isTTY !== true || env['TERM'] === 'dumb') return new PlainDisplay(model, request.say);
  return new TerminalDisplay(model, terminal, { colour: !isSet(env['NO_COLOR']), unicode: showsUnicode(env) });
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

/** The locale that counts for characters; without any, a terminal of today shows UTF-8. */
function showsUnicode(env: Environment): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(isSet);
  return locale === undefined || /utf-?8/i.test(locale);
}
