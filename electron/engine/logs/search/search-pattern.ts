import { type Problem, problem } from '../../../../shared/problem.ts';
import { err, ok, type Result } from '../../../../shared/result.ts';
import { readPatternParts } from './pattern-parts.ts';

/** How a pattern is searched for. */
export interface SearchPlan {
  /** The regular expression's source. */
  source: string;
  /** A text that every matching line holds; null when none is known. Only lines that hold it are examined. */
  literal: string | null;
  /** True when the pattern is nothing but that text. */
  literalOnly: boolean;
}

/** Checks a pattern (JavaScript regular expression, matched line by line) and finds the quickest way to search for it. */
export function planSearch(source: string): Result<SearchPlan, Problem> {
  try {
    new RegExp(source);
  } catch (error) {
    return err(invalidPattern(source, error));
  }
  const { literals, wholeLiteral } = readPatternParts(source);
  if (wholeLiteral !== null && searchable(wholeLiteral)) {
    return ok({ source, literal: wholeLiteral, literalOnly: true });
  }
  const longest = literals
    .filter(searchable)
    .reduce<string | null>((best, text) => (best === null || text.length > best.length ? text : best), null);
  return ok({ source, literal: longest, literalOnly: false });
}

/** Line ends never stand inside a line, and U+FFFD or half a surrogate pair stands for bytes that are not known. */
function searchable(text: string): boolean {
  return text !== '' && !/[\r\n\ufffd]/.test(text) && text.isWellFormed();
}

function invalidPattern(source: string, error: unknown): Problem {
  const said = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, '') : String(error);
  const { wrongAt } = readPatternParts(source);
  const where = wrongAt === null ? '' : ` at character ${wrongAt + 1}, near \`${source.slice(wrongAt, wrongAt + 12)}\``;
  return problem(
    'invalid-usage',
    `The search pattern \`${source}\` is not a valid regular expression: ${said}${where}.`,
    'Correct it, or put a backslash before each of . * + ? ( ) [ ] { } | ^ $ \\ that is meant as itself.',
  );
}
