/**
 * Reads the present colours of the style sheet, for parts that it does not draw. A token holds a colour for each theme, so its text is not a
 * colour: only a computed colour property shows which of the two applies.
 * @param read gets a function that turns the name of a token, `--accent`, into `rgb(…)`
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

/** Returns one colour of the style sheet, see `withTokenColours`. */
export function tokenColour(token: string): string {
  return withTokenColours((colour) => colour(token));
}

/** Calls back whenever the page's theme changes, by the system or by choice. @returns unsubscribes */
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
