import type { ProgressModel } from '../../../shared/run/progress-model.ts';
import type { Environment } from '../../engine/files/data-home.ts';
import { JsonDisplay } from './json-display.ts';
import { PlainDisplay } from './plain-display.ts';
import type { ProgressDisplay } from './progress-display.ts';
import { type Terminal, TerminalDisplay } from './terminal-display.ts';

/** How to show progress, and where it can go. */
export interface DisplayRequest {
  json: boolean;
  plain: boolean;
  /** Whether the JSON stream begins with the earlier events. */
  withPast: boolean;
  env: Environment;
  print: (line: string) => void;
  report: (line: string) => void;
  /** Standard error. */
  terminal: Terminal & { isTTY?: boolean };
}

/** Chooses the display: JSON on request; bars where standard error is a terminal; else plain lines. */
export function chooseDisplay(model: ProgressModel, request: DisplayRequest): ProgressDisplay {
  const { env, terminal } = request;
  if (request.json) return new JsonDisplay(request.print, request.withPast);
  if (request.plain || terminal.isTTY !== true || env['TERM'] === 'dumb')
    return new PlainDisplay(model, request.report);
  return new TerminalDisplay(model, terminal, { colour: !isSet(env['NO_COLOR']), unicode: showsUnicode(env) });
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}

/** Whether the locale for characters is UTF-8; without a locale, terminals show UTF-8 today. */
function showsUnicode(env: Environment): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find(isSet);
  return locale === undefined || /utf-?8/i.test(locale);
}
