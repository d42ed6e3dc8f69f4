/** The tab that a key leads to; null when the key is none of ours. */
export function tabAfterKey(tabs: readonly { id: string }[], selected: string, key: string): string | null {
  const at = tabs.findIndex(({ id }) => id === selected);
  const places: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 };
  const place = places[key];
  return place === undefined ? null : (tabs.at(place % tabs.length)?.id ?? null);
}
