import { existsSync } from 'node:fs';
import type { LeftOut } from '../../../../shared/contract/records.ts';
import type { RunState } from '../../../../shared/run/run-model.ts';
import { journalFile } from '../../run-directory/paths.ts';
import { forEachLine, parseEvent } from '../../run-directory/read-journal.ts';

/** Names that reports use for the number of sequences that were left out on purpose. */
const COUNT =
  /^(?:skipped|dropped|filtered|left_out)(?:_sequences|_records)?$|^sequences_(?:skipped|dropped|filtered)$/;
/** The field in which a report names these sequences. */
const NAMES = 'skipped_ids';
/** Number of names that are kept for a step. The logs and the reports have all of them. */
const MOST_NAMED = 10;

/** Returns how many sequences were left out on purpose, according to a report. */
export function leftOut(metrics: Readonly<Record<string, unknown>>): number {
  const counts = Object.entries(metrics).filter(([name]) => COUNT.test(name));
  return Math.max(0, ...counts.map(([, value]) => (typeof value === 'number' && Number.isFinite(value) ? value : 0)));
}

/** Counts the sequences that the last reports of complete items give as left out, by step. The first ones are named. */
export function leftOutOfRun(state: RunState, directory: string): LeftOut[] {
  if (!existsSync(journalFile(directory))) return [];
  const items = new Map<string, { step: number; item: number; sequences: number; ids: string[] }>();
  forEachLine(journalFile(directory), (line) => {
    if (!line.includes('"metrics"')) return;
    const event = parseEvent(line);
    if (event?.type !== 'item-complete') return;
    const key = `${event.step} ${event.item}`;
    const sequences = leftOut(event.metrics ?? {});
    // If an item was processed again, only the last report counts.
    if (sequences === 0) items.delete(key);
    else items.set(key, { step: event.step, item: event.item, sequences, ids: namesIn(event.metrics?.[NAMES]) });
  });
  const steps = Map.groupBy(items.values(), ({ step }) => step);
  return [...steps].map(([step, found]) => ({
    step,
    items: found.length,
    sequences: found.reduce((total, { sequences }) => total + sequences, 0),
    named: found
      .flatMap(({ item, ids }) => {
        const file = state.steps[step - 1]?.items.at(item)?.file ?? '';
        return ids.map((id) => `${id} in ${file}`);
      })
      .slice(0, MOST_NAMED),
  }));
}

function namesIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string').slice(0, MOST_NAMED) : [];
}

/** Formats the count and the first names as one line of text. */
export function leftOutText({ step, items, sequences, named }: LeftOut): string {
  const names = named.length === 0 ? '' : `: ${named.join(', ')}${sequences > named.length ? ', …' : ''}`;
  return `step ${step}: ${sequences} sequence${sequences === 1 ? '' : 's'} left out of ${items} file${items === 1 ? '' : 's'}${names}`;
}
