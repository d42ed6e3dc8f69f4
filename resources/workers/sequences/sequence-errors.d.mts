/** Types of sequence-errors.mjs for the engine. */

export class SequenceFileError extends Error {
  offset: number | null;
  code: string | undefined;
  constructor(message: string, more?: { offset?: number; code?: string });
}
export class ForeignEncodingError extends SequenceFileError {}
export class ForeignByteError extends SequenceFileError {
  byte: number;
  constructor(byte: number, offset: number);
}
export function showByte(byte: number): string;
