import type { RunEvent } from '../../../shared/run-events.ts';

/**
 * Whether a parsed line is surely one of the four events that a journal holds for every item. The schema would say the same and take three
 * times as long, which counts when a journal has 300,000 of them; what is not recognised here is left to the schema.
 */
export function isItemEvent(value: unknown): value is RunEvent {
  if (!isObject(value) || typeof value['time'] !== 'string') return false;
  if (!isWhole(value['step']) || value['step'] < 1) return false;
  if (value['type'] === 'items') return isListOf(value['items'], isItemRecord);
  if (!isWhole(value['rank'])) return false;
  switch (value['type']) {
    case 'dispatching':
      return isListOf(value['items'], isWhole) && isWhole(value['log_offset']) && isWhole(value['report_offset']);
    case 'dispatched':
      return isListOf(value['items'], isWhole);
    case 'item-complete':
      return isWhole(value['item']) && isWhole(value['log_offset']) && isCompletion(value);
    default:
      return false;
  }
}

function isItemRecord(value: unknown): boolean {
  if (!isObject(value) || !isWhole(value['item']) || !isText(value['file']) || !isText(value['origin'])) return false;
  const { size, mtime_ms, cost, relative_dir, joined } = value;
  return isAmount(size) && Number.isFinite(mtime_ms) && isAmount(cost) && isText(relative_dir) && joined === undefined;
}

function isAmount(value: unknown): boolean {
  return Number.isFinite(value) && (value as number) >= 0;
}

function isCompletion(value: Record<string, unknown>): boolean {
  const { seconds, outputs, stamps, metrics } = value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0 || !isListOf(outputs, isText))
    return false;
  return (stamps === undefined || isListOf(stamps, isStamp)) && (metrics === undefined || isObject(metrics));
}

function isStamp(value: unknown): boolean {
  return isObject(value) && isAmount(value['size']) && Number.isFinite(value['mtime_ms']);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, isElement: (element: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isElement);
}

function isText(value: unknown): boolean {
  return typeof value === 'string';
}

/** A number, an offset or a rank: whole and not negative. */
function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
