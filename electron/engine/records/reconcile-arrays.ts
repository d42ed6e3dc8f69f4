import { closeSync, openSync, readSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import type { Difference } from '../../../shared/contract/records.ts';
import type { ItemState } from '../../../shared/run-state.ts';
import type { Metadata } from './metadata-schema.ts';
import { readNpyHeader } from './npy-header.ts';
import { foldDifferences } from './reconcile-differences.ts';
import type { OutputLook } from './reconcile-outputs.ts';

const ARRAY_SUFFIX = '.npy';
const IDS_SUFFIX = '.ids.txt';
const BLOCK_BYTES = 64 * 1024;
const NEWLINE = 0x0a;

/**
 * Where the formats tell, whether as many came out as went in: a `.npy` has the bytes that its header announces, as many rows
 * as the `.ids.txt` beside it has lines, and as many as the input has sequences where the step is costed by these.
 */
export async function checkArrays(looks: readonly OutputLook[], metadata: Metadata): Promise<Difference[]> {
  const cut: string[] = [];
  const uneven: string[] = [];
  const ids = new Map<ItemState, Set<string>>();
  for (const look of looks) {
    if (!look.path.endsWith(IDS_SUFFIX) || look.size === null) continue;
    ids.set(look.item, (ids.get(look.item) ?? new Set()).add(look.path));
  }
  for (const look of looks) {
    if (!look.path.endsWith(ARRAY_SUFFIX) || look.size === null || look.size === 0) continue;
    await setImmediate();
    const header = readNpyHeader(look.path);
    if (header === null) cut.push(`${look.path} has no .npy header`);
    else if (header.expected_bytes !== null && header.expected_bytes !== header.bytes) {
      cut.push(`${look.path} has ${header.bytes} bytes where its header announces ${header.expected_bytes}`);
    } else uneven.push(...unevenRows(look, header.rows, ids.get(look.item), metadata));
  }
  return [...foldDifferences('array not whole', cut), ...foldDifferences('rows', uneven)];
}

function unevenRows(look: OutputLook, rows: number, ids: Set<string> | undefined, metadata: Metadata): string[] {
  const uneven: string[] = [];
  const beside = look.path.slice(0, -ARRAY_SUFFIX.length) + IDS_SUFFIX;
  const lines = ids?.has(beside) === true ? countLines(beside) : null;
  if (lines !== null && lines !== rows) uneven.push(`${look.path} has ${rows} rows, ${beside} ${lines} lines`);
  const bySequences = metadata.definition.steps[look.step.step - 1]?.cost === 'fasta-sequences';
  if (bySequences && rows !== look.item.cost) {
    uneven.push(`${look.path} has ${rows} rows, ${look.item.file} ${look.item.cost} sequences`);
  }
  return uneven;
}

/** Lines of a file, the last one also when it has no end; null when it cannot be read. */
function countLines(path: string): number | null {
  try {
    const file = openSync(path, 'r');
    try {
      return countIn(file);
    } finally {
      closeSync(file);
    }
  } catch {
    return null;
  }
}

function countIn(file: number): number {
  const block = Buffer.allocUnsafe(BLOCK_BYTES);
  let lines = 0;
  let last = NEWLINE;
  for (let count = readSync(file, block); count > 0; count = readSync(file, block)) {
    for (let at = block.indexOf(NEWLINE); at >= 0 && at < count; at = block.indexOf(NEWLINE, at + 1)) lines += 1;
    last = block[count - 1] ?? NEWLINE;
  }
  return last === NEWLINE ? lines : lines + 1;
}
