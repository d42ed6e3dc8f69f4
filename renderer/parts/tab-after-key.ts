/** Returns the tab that a key selects; null for any other key. */
export function tabAfterKey(tabs: readonly { id: string }[], selected: string, key: string): string | null {
  const at = tabs.findIndex(({ id }) => id === selected);
  const places: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
  const place = places[key];
  return place === undefined ? null : (tabs.at(place % tabs.length)?.id ?? null);
}
