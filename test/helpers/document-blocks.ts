import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** A code block of a document, as its bytes have it. */
export interface DocumentBlock {
  /** The line of the document in which its code begins, from 1. */
  line: number;
  /** The word behind the fence: `sh`, `python`, … or an empty text. */
  language: string;
  code: string;
  /** The paragraph that stands before it. */
  before: string;
}

/** The bytes of a document, named from the project's folder. */
export function documentText(document: string): string {
  return readFileSync(join(ROOT, document), 'utf8');
}

/** All code blocks of a document, in their order. */
export function documentBlocks(document: string): DocumentBlock[] {
  const text = documentText(document);
  return [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)].map((found) => {
    const [, language = '', code = ''] = found;
    const above = text.slice(0, found.index);
    return {
      line: above.split('\n').length + 1,
      language,
      code,
      before: above.trimEnd().split('\n\n').at(-1)?.replaceAll('\n', ' ') ?? '',
    };
  });
}

/** Under which name the text before a block tells its reader to save it: "save it as `predict.py`". */
export function savedAs({ before }: DocumentBlock): string | null {
  return /\b[Ss]ave\b.*\bas\s+`([\w./-]+)`/.exec(before)?.[1] ?? null;
}

/**
 * The commands of a block of shell lines: comments and empty lines left out, a line that ends in a backslash joined with the next one, and
 * what the prompt of another system would be left as it is.
 */
export function shellCommands({ code }: DocumentBlock): string[] {
  return code
    .replaceAll('\\\n', ' ')
    .split('\n')
    .map((line) => line.replace(/(?:^|\s+)# .*$/, '').trim())
    .filter((line) => line !== '');
}
