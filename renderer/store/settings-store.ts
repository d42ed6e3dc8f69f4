import { create } from 'zustand';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { SettingsReport } from '../../shared/contract/settings.ts';
import type { Problem } from '../../shared/problem.ts';
import type { Settings } from '../../shared/settings.ts';

interface SettingsState {
  /** The settings as the engine has them; null before the first answer. */
  report: SettingsReport | null;
  /** Why the engine does not tell them; null when it does. */
  refusal: Problem | null;
}

export const useSettings = create<SettingsState>(() => ({ report: null, refusal: null }));

/** Keeps the settings up to date, whichever client changes them. @returns unsubscribes */
export function watchSettings(client: EngineClient): () => void {
  const end = client.subscribe({ settingsChanged: (report) => useSettings.setState({ report }) });
  void client.readSettings({}).then(
    (read) => useSettings.setState(read.ok ? { report: read.value, refusal: null } : { refusal: read.error }),
    // Without an answer the connection is lost, and the next one asks again.
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
