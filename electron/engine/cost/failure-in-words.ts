import { SequenceFileError } from '../../../resources/workers/sequences/sequence-errors.mjs';

/**
 * Says why a file could not be counted, for people.
 * @param error the system's or zlib's
 */
export function failureInWords(file: string, error: unknown): string {
  switch (codeOf(error)) {
    case 'Z_BUF_ERROR':
      return `${file} is cut off: its compressed data ends too early. Copy it again or remove it.`;
    case 'Z_DATA_ERROR':
    case 'Z_NEED_DICT':
      return `${file} is damaged: ${messageOf(error)}`;
    case 'EACCES':
    case 'EPERM':
      return `${file} cannot be read: permission denied. Give yourself the permission with chmod u+r.`;
    case 'ENOENT':
      return `${file} is not there any more.`;
    default:
      if (error instanceof SequenceFileError) return `${file} cannot be read: ${error.message}`;
      return `${file} cannot be counted: ${messageOf(error)}`;
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
