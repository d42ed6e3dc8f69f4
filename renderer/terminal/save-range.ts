import type { Problem } from '../../shared/problem.ts';
import { ok, type Result } from '../../shared/result.ts';
import { RANGE_BYTES } from './limits.ts';
import type { LogBytes } from './log-bytes.ts';

/** Reads a part of a log as it is. @param to offset behind the last byte */
export async function readPart(log: LogBytes, from: number, to: number): Promise<Result<Uint8Array[], Problem>> {
  const parts: Uint8Array[] = [];
  for (let at = from; at < to; ) {
    const range = await log.read(at, Math.min(RANGE_BYTES, to - at));
    if (!range.ok) return range;
    if (range.value.bytes.length === 0) break;
    parts.push(range.value.bytes);
    at += range.value.bytes.length;
  }
  return ok(parts);
}

/** Hands bytes to the browser as a file to keep. */
export function saveAs(name: string, parts: readonly Uint8Array[]): void {
  const url = URL.createObjectURL(new Blob(parts as Uint8Array<ArrayBuffer>[], { type: 'text/plain' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken hold of it when the click returns; the next turn is soon enough to let go.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}
