/**
 * Paths in a text that was pasted or typed, one per line, as file managers and shells give them: bare, in quotes, or as a `file:` address.
 * Empty lines are left out.
 */
export function parsePaths(text: string): string[] {
  return text
    .split(/[\r\n\0]+/)
    .map((line) => unquoted(line.trim()))
    .map(fromAddress)
    .filter((path) => path !== '');
}

/** The list with more paths at its end; those it has already are left out. */
export function withPaths(paths: readonly string[], more: readonly string[]): string[] {
  return [...new Set([...paths, ...more])];
}

function unquoted(text: string): string {
  return /^(['"])(.*)\1$/.exec(text)?.[2] ?? text;
}

function fromAddress(text: string): string {
  if (!/^file:\/\//i.test(text)) return text;
  try {
    const path = decodeURIComponent(new URL(text).pathname);
    // On Windows an address is file:///C:/folder.
    return /^\/[A-Za-z]:\//.test(path) ? path.slice(1) : path;
  } catch {
    return text;
  }
}
