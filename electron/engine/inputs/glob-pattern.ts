/** The largest number of texts from the braces of one pattern; more are a mistake and would fill the memory. */
const MAX_BRACE_EXPANSIONS = 1000;

/**
 * One part of a pattern between slashes, linked to the next part. A search holds the set of parts that may match next, so that several
 * patterns are matched at once and each folder is read once.
 */
export interface GlobPart {
  /** `**`: any number of folders, except hidden ones. */
  readonly anyDepth: boolean;
  readonly matches: (name: string) => boolean;
  /** null for the last part: an entry that matches it is found. */
  readonly next: GlobPart | null;
}

const ANY_DEPTH = '**';

/** Whether a path, or a part of one, contains characters that make it a pattern. */
export function isPattern(text: string): boolean {
  return /[*?[{]/.test(text);
}

/**
 * Compiles a relative pattern with `/` between its parts. It supports `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}`, `**` as a whole part, and a
 * backslash that makes the next character literal. A leading dot is matched only by a literal dot.
 */
export function compilePattern(pattern: string): GlobPart[] {
  return compile(pattern, compilePart);
}

/**
 * Compiles a pipeline's patterns for the search of a folder: a pattern without a slash matches at every depth. The case of a suffix is
 * ignored, because `READS.FASTA` is a FASTA file as much as `reads.fasta`.
 */
export function compileNamePatterns(patterns: readonly string[]): GlobPart[] {
  return patterns.flatMap((pattern) =>
    compile(pattern.includes('/') ? pattern : `${ANY_DEPTH}/${pattern}`, compileNamePart),
  );
}

/** Returns a test of whether a file name, without its folder, matches a pattern of a pipeline or step by the same rules. */
export function nameMatcher(patterns: readonly string[]): (name: string) => boolean {
  const matchers = patterns.flatMap((pattern) => expandBraces(pattern).map(compileNamePart));
  return (name) => matchers.some((matches) => matches(name));
}

type PartCompiler = (text: string) => (name: string) => boolean;

function compile(pattern: string, part: PartCompiler): GlobPart[] {
  return expandBraces(pattern).flatMap((text) => {
    const first = chain(
      text.split('/').filter((one) => one !== ''),
      part,
    );
    return first === null ? [] : [first];
  });
}

/** Returns the parts to match below an entry, and whether the entry itself is found. */
export function followParts(
  parts: readonly GlobPart[],
  name: string,
  isFolder: boolean,
): { found: boolean; below: GlobPart[] } {
  const below: GlobPart[] = [];
  let found = false;
  for (const part of reachable(parts)) {
    if (part.anyDepth) {
      if (name.startsWith('.')) continue;
      if (isFolder) below.push(part);
      else if (part.next === null) found = true;
    } else if (part.matches(name)) {
      if (part.next === null) found = true;
      else below.push(part.next);
    }
  }
  return { found, below };
}

function chain(texts: readonly string[], part: PartCompiler): GlobPart | null {
  return texts.reduceRight<GlobPart | null>(
    (next, text) =>
      text === ANY_DEPTH
        ? { anyDepth: true, matches: () => false, next }
        : { anyDepth: false, matches: part(text), next },
    null,
  );
}

/** Returns the parts, and after each `**` also the next part, because `**` also matches no folder. */
function reachable(parts: readonly GlobPart[]): readonly GlobPart[] {
  const all = [...new Set(parts)];
  for (const part of all) if (part.anyDepth && part.next !== null && !all.includes(part.next)) all.push(part.next);
  return all;
}

function compilePart(text: string): (name: string) => boolean {
  return compileFrom(text, text.length);
}

/** Compiles a name; the case of its suffix is ignored. */
function compileNamePart(text: string): (name: string) => boolean {
  return compileFrom(text, suffixBegin(text));
}

/** Returns the start of a pattern's suffix: its first dot, or the end of its last wildcard if that comes first, as in `*fa`. */
function suffixBegin(text: string): number {
  const dot = text.indexOf('.', 1);
  const wildcard = Math.max(text.lastIndexOf('*'), text.lastIndexOf('?'), text.lastIndexOf(']')) + 1;
  const begins = [dot, wildcard].filter((at) => at > 0);
  return begins.length === 0 ? text.length : Math.min(...begins);
}

/** @param foldFrom the index in the text from which case is ignored */
function compileFrom(text: string, foldFrom: number): (name: string) => boolean {
  let source = /^(\*|\?|\[)/.test(text) ? '(?!\\.)' : '';
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    const fold = at >= foldFrom;
    const set = character === '[' ? /^\[(!|\^)?(\][^\]]*|[^\]]+)\]/.exec(text.slice(at)) : null;
    if (set !== null) {
      source += characterSet(set[1] !== undefined, set[2] ?? '', fold);
      at += set[0].length - 1;
    } else if (character === '*') {
      source += '.*';
    } else if (character === '?') {
      source += '.';
    } else if (character === '\\' && at + 1 < text.length) {
      source += literal(text[++at] ?? '', fold);
    } else {
      source += literal(character, fold);
    }
  }
  const expression = new RegExp(`^${source.replace(/(\.\*){2,}/g, '.*')}$`, 'su');
  return (name) => expression.test(name);
}

/** Converts a set into a regular expression; a set with a reversed range matches nothing, as in shells. */
function characterSet(negated: boolean, content: string, fold: boolean): string {
  const cases = fold ? [content.toLowerCase(), content.toUpperCase()] : [content];
  const sets = cases.map((one) => `[${one.replace(/[\\\]^[]/g, '\\$&')}]`).join('|');
  const source = negated ? `(?:(?!${sets}).)` : `(?:${sets})`;
  try {
    new RegExp(source, 'u');
    return source;
  } catch {
    return '(?!)';
  }
}

/** Converts a literal character, with both cases where case is ignored. */
function literal(character: string, fold: boolean): string {
  const [lower, upper] = [character.toLowerCase(), character.toUpperCase()];
  return fold && /^[a-z]$/.test(lower) ? `[${lower}${upper}]` : escaped(character);
}

function escaped(character: string): string {
  return /[\\^$.*+?()[\]{}|/]/.test(character) ? `\\${character}` : character;
}

interface Group {
  open: number;
  close: number;
  commas: number[];
}

/**
 * Expands `a{b,c}d` to `abd` and `acd`, as shells do: nested, in order, and only braces with a comma. A backslash makes a brace literal.
 * Returns at most MAX_BRACE_EXPANSIONS texts.
 */
function expandBraces(text: string): string[] {
  const finished: string[] = [];
  const waiting = [text];
  while (waiting.length > 0 && finished.length < MAX_BRACE_EXPANSIONS) {
    const next = waiting.pop() ?? '';
    const group = firstGroup(next);
    if (group === null) finished.push(next);
    // Last alternative first, because the list is consumed from its end.
    else waiting.push(...alternatives(next, group).toReversed());
  }
  return finished;
}

function alternatives(text: string, group: Group): string[] {
  const head = text.slice(0, group.open);
  const tail = text.slice(group.close + 1);
  const cuts = [group.open, ...group.commas, group.close];
  return cuts.slice(1).map((end, index) => head + text.slice((cuts[index] ?? 0) + 1, end) + tail);
}

/** Returns the first brace group with its own comma. */
function firstGroup(text: string): Group | null {
  for (let open = nextOpen(text, 0); open !== -1; open = nextOpen(text, open + 1)) {
    const group = groupAt(text, open);
    if (group !== null && group.commas.length > 0) return group;
  }
  return null;
}

function nextOpen(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '{') return at;
  }
  return -1;
}

function groupAt(text: string, open: number): Group | null {
  const commas: number[] = [];
  let depth = 0;
  for (let at = open; at < text.length; at++) {
    const character = text[at];
    if (character === '\\') at++;
    else if (character === '{') depth++;
    else if (character === ',' && depth === 1) commas.push(at);
    else if (character === '}' && --depth === 0) return { open, close: at, commas };
  }
  return null;
}
