/** How many texts one pattern may stand for once its braces are expanded; more is a mistake, and would fill the memory. */
const MAX_BRACE_EXPANSIONS = 1000;

/**
 * One part of a pattern between slashes, linked to the part after it. A search holds the set of parts that may come next, so that
 * several patterns are followed at once and each folder is read once.
 */
export interface GlobPart {
  /** `**`: any number of folders, hidden ones left out. */
  readonly anyDepth: boolean;
  readonly matches: (name: string) => boolean;
  /** null for the last part: what matches it is found. */
  readonly next: GlobPart | null;
}

const ANY_DEPTH = '**';

/** Whether a path or a part of one holds characters that make it a pattern. */
export function isPattern(text: string): boolean {
  return /[*?[{]/.test(text);
}

/**
 * Compiles a pattern, relative and with `/` between its parts. Known are `*`, `?`, `[a-z]`, `[!a-z]`, `{a,b}`, `**` as a whole part,
 * and a backslash before a character that stands for itself. A leading dot is only matched by a written dot.
 */
export function compilePattern(pattern: string): GlobPart[] {
  return compile(pattern, compilePart);
}

/**
 * Compiles a pipeline's patterns for the search of a folder: one without a slash is looked for at every depth. The case of a suffix
 * makes no difference, as `READS.FASTA` is as much a FASTA file as `reads.fasta`.
 */
export function compileNamePatterns(patterns: readonly string[]): GlobPart[] {
  return patterns.flatMap((pattern) =>
    compile(pattern.includes('/') ? pattern : `${ANY_DEPTH}/${pattern}`, compileNamePart),
  );
}

/** Whether a file's name matches a pipeline's or a step's pattern by the same rules, its folder apart. */
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

/** What remains to be matched below an entry, and whether the entry itself is found. */
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

/** The parts themselves, and behind each `**` the part that may come at once, since `**` also stands for no folder. */
function reachable(parts: readonly GlobPart[]): readonly GlobPart[] {
  const all = [...new Set(parts)];
  for (const part of all) if (part.anyDepth && part.next !== null && !all.includes(part.next)) all.push(part.next);
  return all;
}

function compilePart(text: string): (name: string) => boolean {
  return compileFrom(text, text.length);
}

/** With the case of the suffix left open. */
function compileNamePart(text: string): (name: string) => boolean {
  return compileFrom(text, suffixBegin(text));
}

/** Where the suffix of a pattern begins: at its first dot, or behind the last wildcard where that comes first, as in `*fa`. */
function suffixBegin(text: string): number {
  const dot = text.indexOf('.', 1);
  const wildcard = Math.max(text.lastIndexOf('*'), text.lastIndexOf('?'), text.lastIndexOf(']')) + 1;
  const begins = [dot, wildcard].filter((at) => at > 0);
  return begins.length === 0 ? text.length : Math.min(...begins);
}

/** @param foldFrom where in the text the case of letters stops to matter */
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

/** A set as a regular expression; one whose range runs backwards matches nothing, as in shells. */
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

/** A character that stands for itself, in both cases where its case makes no difference. */
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
 * Expands `a{b,c}d` to `abd` and `acd`, as shells do: nested, in order, and only braces that hold a comma. A backslash takes a brace's
 * meaning away. At most MAX_BRACE_EXPANSIONS texts come back.
 */
function expandBraces(text: string): string[] {
  const finished: string[] = [];
  const waiting = [text];
  while (waiting.length > 0 && finished.length < MAX_BRACE_EXPANSIONS) {
    const next = waiting.pop() ?? '';
    const group = firstGroup(next);
    if (group === null) finished.push(next);
    // Last alternative first, since the list is taken from its end.
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

/** The first brace group that holds a comma of its own. */
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
