const PLAIN_VALUE = /^[^\s"=]+$/;

/**
 * Renders a line of a component log for people: `2026-11-21 05:15:00,123 - orchestrator - INFO - message key=value`, local time. Any other line is
 * returned unchanged.
 */
export function renderComponentLine(jsonLine: string): string {
  const record = parseRecord(jsonLine);
  if (record === null) return jsonLine;
  const { time, component, level, message, worker, fields } = record;
  const workerPair = typeof worker === 'string' ? [renderPair('worker', worker)] : [];
  const pairs = typeof fields === 'object' && fields !== null ? Object.entries(fields) : [];
  const tail = [...workerPair, ...pairs.map(([key, value]) => renderPair(key, value))];
  return [`${asctime(time)} - ${component} - ${level} - ${message}`, ...tail].join(' ');
}

interface ComponentRecord {
  time: Date;
  component: string;
  level: string;
  message: string;
  worker: unknown;
  fields: unknown;
}

function parseRecord(line: string): ComponentRecord | null {
  const parsed = parseObject(line);
  if (parsed === null) return null;
  const { time, component, level, message, worker, fields } = parsed;
  if (![time, component, level, message].every((part) => typeof part === 'string')) return null;
  const moment = new Date(String(time));
  return Number.isNaN(moment.getTime())
    ? null
    : { time: moment, component: String(component), level: String(level), message: String(message), worker, fields };
}

function parseObject(line: string): Partial<Record<string, unknown>> | null {
  try {
    const parsed: unknown = JSON.parse(line);
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : null;
  } catch {
    return null;
  }
}

function renderPair(key: string, value: unknown): string {
  if (typeof value === 'string') return `${key}=${PLAIN_VALUE.test(value) ? value : JSON.stringify(value)}`;
  return `${key}=${JSON.stringify(value) ?? 'undefined'}`;
}

/** Formats a time as Python's logging does (`%(asctime)s`): local time, `2026-11-21 05:15:00,123`. */
export function asctime(time: Date): string {
  const date = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  const clock = [two(time.getHours()), two(time.getMinutes()), two(time.getSeconds())].join(':');
  return `${date} ${clock},${String(time.getMilliseconds()).padStart(3, '0')}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
