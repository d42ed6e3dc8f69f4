/**
 * Reads colours of the style sheet as they are now, for what is not drawn by it. A token holds a colour for each theme, so its own text is
 * none: only a property that takes a colour says which of the two counts.
 * @param read is given what turns the name of a token, `--accent`, into `rgb(…)`
 */
export function withTokenColours<T>(read: (colour: (token: string) => string) => T): T {
  const probe = document.createElement('span');
  document.documentElement.append(probe);
  const style = getComputedStyle(probe);
  try {
    return read((token) => {
      probe.style.color = `var(${token})`;
      return style.color;
    });
  } finally {
    probe.remove();
  }
}

/** One colour of the style sheet, see `withTokenColours`. */
export function tokenColour(token: string): string {
  return withTokenColours((colour) => colour(token));
}

/** Calls back whenever the page's theme changes, by the system or by choice. @returns ends it */
export function onThemeChange(listener: () => void): () => void {
  const query = matchMedia('(prefers-color-scheme: dark)');
  const observer = new MutationObserver(listener);
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['data-theme'] });
  query.addEventListener('change', listener);
  return () => {
    observer.disconnect();
    query.removeEventListener('change', listener);
  };
}
