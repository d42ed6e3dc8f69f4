import { create } from 'zustand';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { SettingsReport } from '../../shared/contract/settings.ts';
import type { Settings } from '../../shared/settings.ts';

/** The settings of the engine; null before the first answer. */
export const useSettings = create<{ report: SettingsReport | null }>(() => ({ report: null }));

/** Keeps the settings up to date, whichever client changes them. @returns unsubscribes */
export function watchSettings(client: EngineClient): () => void {
  const end = client.subscribe({ settingsChanged: (report) => useSettings.setState({ report }) });
  void client.readSettings({}).then(
    (report) => useSettings.setState({ report }),
    // Without an answer the connection is lost; the next connection requests them again.
    () => undefined,
  );
  return end;
}

/** Applies the theme of the settings; `system` leaves it to the browser. */
export function applyTheme(theme: Settings['theme']): void {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
}
