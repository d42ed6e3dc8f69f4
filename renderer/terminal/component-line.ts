const LEVEL_COLOURS: Record<string, string> = { WARNING: '\x1b[33m', ERROR: '\x1b[31m', CRITICAL: '\x1b[31;1m' };
/** The theme's muted colour: the terminal's own “dim” is not readable on a light background. */
const MUTED = '\x1b[90m';
const PLAIN = '\x1b[0m';
const PLAIN_VALUE = /^[^\s"=]+$/;
/** Control characters: they are escaped in JSON, so parsing would make them active. */
const CONTROLS = /\p{Cc}/gu;

/**
 * Renders a JSON line of a component log as text for a terminal: local time, level in colour, message, then the fields as `key=value`.
 * Any other line is returned unchanged.
 */
export function componentLine(line: string): string {
  const record = parseObject(line);
  const { time, level, message, worker, fields } = record;
  const moment = new Date(typeof time === 'string' ? time : Number.NaN);
  if (typeof level !== 'string' || typeof message !== 'string' || Number.isNaN(moment.getTime())) return line;
  const colour = LEVEL_COLOURS[level] ?? '';
  const pairs = Object.entries({
    ...(typeof worker === 'string' ? { worker } : {}),
    ...(typeof fields === 'object' ? fields : {}),
  });
  const tail = pairs.map(([key, value]) => ` ${MUTED}${clean(key)}=${PLAIN}${valueText(value)}`).join('');
  return `${MUTED}${stamp(moment)}${PLAIN} ${colour}${clean(level).padEnd(7)} ${clean(message)}${PLAIN}${tail}`;
}

function parseObject(line: string): Partial<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : {};
  } catch {
    return {};
  }
}

/** `2026-11-21 05:15:00.123`, local time. */
function stamp(moment: Date): string {
  const local = new Date(moment.getTime() - moment.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 23).replace('T', ' ');
}

function valueText(value: unknown): string {
  const text = typeof value === 'string' && PLAIN_VALUE.test(value) ? value : (JSON.stringify(value) ?? 'undefined');
  return clean(text);
}

function clean(text: string): string {
  return text.replaceAll(CONTROLS, '\u00b7');
}
