/** Types of gunzip.mjs for the engine. */

export function isGzip(head: Uint8Array): boolean;
export function gunzipPieces(
  path: string,
  options: { readBytes: number; pieceBytes: number; onRead?: (done: number) => void },
): AsyncGenerator<Buffer, void>;
export function gunzipBounded(bytes: Buffer, most: number): Buffer | null;
