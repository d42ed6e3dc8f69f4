/**
 * Parses the paths in a pasted or typed text, one per line, as file managers and shells write them: bare, in quotes, or as a `file:` address.
 * Empty lines are ignored.
 */
export function parsePaths(text: string): string[] {
  return text
    .split(/[\r\n\0]+/)
    .map((line) => unquoted(line.trim()))
    .map(fromAddress)
    .filter((path) => path !== '');
}

/** Appends paths to the list; duplicates are left out. */
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
