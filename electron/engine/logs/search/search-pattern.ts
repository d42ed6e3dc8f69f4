import { type Problem, problem } from '../../../../shared/problem.ts';
import { err, ok, type Result } from '../../../../shared/result.ts';

/** How a pattern is searched for. */
export interface SearchPlan {
  /** The regular expression's source. */
  source: string;
  /** A text that every matching line contains; null when none is known. Only lines with this text are examined. */
  literal: string | null;
  /** True when the pattern consists only of that text. */
  literalOnly: boolean;
}

/** Checks a pattern (JavaScript regular expression, matched line by line) and finds the fastest way to search for it. */
export function planSearch(source: string): Result<SearchPlan, Problem> {
  try {
    new RegExp(source);
  } catch (error) {
    return err(invalidPattern(source, error));
  }
  const { literals, wholeLiteral } = readPatternParts(source);
  if (wholeLiteral !== null && searchable(wholeLiteral))
    return ok({ source, literal: wholeLiteral, literalOnly: true });
  const longest = literals
    .filter(searchable)
    .reduce<string | null>((best, text) => (best === null || text.length > best.length ? text : best), null);
  return ok({ source, literal: longest, literalOnly: false });
}

/**
 * Returns whether a text can be searched for in bytes: line ends are never inside a line, and U+FFFD or half a surrogate pair represents unknown
 * bytes.
 */
function searchable(text: string): boolean {
  return text !== '' && !/[\r\n\ufffd]/.test(text) && text.isWellFormed();
}

function invalidPattern(source: string, error: unknown): Problem {
  const reason = error instanceof Error ? error.message.replace(/^.*\/[a-z]*: /s, '') : String(error);
  const { wrongAt } = readPatternParts(source);
  const where = wrongAt === null ? '' : ` at character ${wrongAt + 1}, near \`${source.slice(wrongAt, wrongAt + 12)}\``;
  return problem(
    'invalid-usage',
    `The search pattern \`${source}\` is not a valid regular expression: ${reason}${where}.`,
    'Correct it, or put a backslash before each of . * + ? ( ) [ ] { } | ^ $ \\ that is meant literally.',
  );
}

/** What the source of a regular expression shows. */
interface PatternParts {
  /** Texts that every match contains. */
  literals: string[];
  /** The text, when the pattern is nothing else. */
  wholeLiteral: string | null;
  /** Index of the error, where one was found. */
  wrongAt: number | null;
}

const NO_PARTS = { literals: [], wholeLiteral: null };
/** Escapes for classes, borders and control characters: what they match is not examined. */
const SHORT_ESCAPES = /[bBdDsSwWtnrvf]/;
/** Escapes that include further characters: too rare in searches to be worth parsing. */
const LONG_ESCAPES = /[0-9ckpPux]/;
const QUANTIFIERS = '*+?{';
const METACHARACTERS = '.^$|()[]{}*+?\\';

/**
 * Parses a JavaScript regular expression (without flags) from left to right and collects the runs of plain characters outside groups. In doubt it
 * finds none: it stops at alternatives at the top, or at an escape that it does not know.
 */
function readPatternParts(source: string): PatternParts {
  const reader = new PatternReader(source);
  return reader.read();
}

class PatternReader {
  private readonly source: string;
  private at = 0;
  private run = '';
  private readonly literals: string[] = [];
  private readonly openGroups: number[] = [];
  private onlyPlain = true;
  private givenUp = false;
  /** Whether a quantifier may follow. */
  private quantifiable = false;

  constructor(source: string) {
    this.source = source;
  }

  read(): PatternParts {
    while (this.at < this.source.length) {
      const wrong = this.step();
      if (wrong !== null) return { ...NO_PARTS, wrongAt: wrong };
    }
    const wrongAt = this.openGroups.at(-1) ?? null;
    if (wrongAt !== null || this.givenUp) return { ...NO_PARTS, wrongAt };
    const wholeLiteral = this.onlyPlain ? this.run : null;
    this.endRun();
    return { literals: this.literals, wholeLiteral, wrongAt: null };
  }

  /** Reads one part. Returns the index of an error there. */
  private step(): number | null {
    const index = this.at;
    const character = this.source.charAt(index);
    if (character === '\\') return this.readEscape(index);
    if (character === '[') return this.readClass(index);
    if (character === '(' || character === ')') return this.readParenthesis(index, character);
    if (QUANTIFIERS.includes(character)) return this.readQuantifier(index, character);
    this.at += 1;
    if (METACHARACTERS.includes(character) && character !== ']' && character !== '}') this.readMeta(character);
    else this.add(character);
    return null;
  }

  private readEscape(index: number): number | null {
    const escaped = this.source.charAt(index + 1);
    if (escaped === '') return index;
    this.at += 2;
    if (LONG_ESCAPES.test(escaped)) {
      this.givenUp = true;
      this.quantifiable = true;
    } else if (SHORT_ESCAPES.test(escaped)) {
      this.breakRun();
      this.quantifiable = true;
    } else {
      this.add(escaped);
    }
    return null;
  }

  private readClass(index: number): number | null {
    let end = index + 1;
    while (end < this.source.length && this.source.charAt(end) !== ']') end += this.source.charAt(end) === '\\' ? 2 : 1;
    if (end >= this.source.length) return index;
    this.at = end + 1;
    this.breakRun();
    this.quantifiable = true;
    return null;
  }

  private readParenthesis(index: number, character: string): number | null {
    this.breakRun();
    this.at += 1;
    if (character === ')') {
      this.quantifiable = true;
      return this.openGroups.pop() === undefined ? index : null;
    }
    this.openGroups.push(index);
    this.quantifiable = false;
    this.at += /^\?(?:[:=!]|<[=!]|<[^>]*>|[a-z-]+:)/.exec(this.source.slice(this.at))?.[0].length ?? 0;
    return null;
  }

  private readQuantifier(index: number, character: string): number | null {
    const repeat = character === '{' ? /^\{\d+(?:,\d*)?\}/.exec(this.source.slice(index))?.[0] : character;
    if (repeat === undefined) {
      // A brace that is not a quantifier is a plain character.
      this.at += 1;
      this.add(character);
      return null;
    }
    if (!this.quantifiable) return index;
    // What is repeated may be missing, so it belongs to no run. With `+` it may occur more than once, which ends the run as well.
    this.run = this.run.slice(0, -1);
    this.breakRun();
    this.at += repeat.length;
    this.at += this.source.charAt(this.at) === '?' ? 1 : 0;
    this.quantifiable = false;
    return null;
  }

  private readMeta(character: string): void {
    this.breakRun();
    this.quantifiable = character === '.';
    if (character === '|' && this.openGroups.length === 0) this.givenUp = true;
  }

  private add(character: string): void {
    this.quantifiable = true;
    if (this.openGroups.length === 0) this.run += character;
  }

  private breakRun(): void {
    this.onlyPlain = false;
    this.endRun();
  }

  private endRun(): void {
    if (this.run !== '') {
      this.literals.push(this.run);
      this.run = '';
    }
  }
}
