/** How many texts one pattern may stand for once its braces are expanded; more is a mistake, and would fill the memory. */
const MAX_BRACE_EXPANSIONS = 1000;

interface Group {
  open: number;
  close: number;
  commas: number[];
}

/**
 * Expands `a{b,c}d` to `abd` and `acd`, as shells do: nested, in order, and only braces that hold a comma. A backslash takes a brace's
 * meaning away. At most MAX_BRACE_EXPANSIONS texts come back.
 */
export function expandBraces(text: string): string[] {
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
