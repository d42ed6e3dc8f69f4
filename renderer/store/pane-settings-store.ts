import { z } from 'zod';
import { create } from 'zustand';
import { FONT_SIZE_MAX, FONT_SIZE_MIN } from '../terminal/limits.ts';

/** Font size in pixels. */
const FONT_SIZE_DEFAULT = 13;

const settingsSchema = z.object({
  /** In pixels. */
  fontSize: z.number().int().min(FONT_SIZE_MIN).max(FONT_SIZE_MAX),
  wrap: z.boolean(),
  /** Whether the table of workers is open above the tabs. */
  workersOpen: z.boolean().default(true),
});
type PaneSettings = z.infer<typeof settingsSchema>;

const STORAGE_KEY = 'drover-panes';

/** The appearance of panes; stored in the browser. */
export const usePaneSettings = create<PaneSettings>(() => load());

/** Changes the appearance of panes, from now on and after a restart. */
export function setPaneSettings(change: Partial<PaneSettings>): void {
  const next = { ...usePaneSettings.getState(), ...change };
  const fontSize = Math.min(FONT_SIZE_MAX, Math.max(FONT_SIZE_MIN, next.fontSize));
  usePaneSettings.setState({ ...next, fontSize });
  try {
    localStorage.setItem(STORAGE_KEY, JSON.stringify({ ...next, fontSize }));
  } catch {
    // Storage may be forbidden or full; the settings then last as long as the page.
  }
}

function load(): PaneSettings {
  const defaults = { fontSize: FONT_SIZE_DEFAULT, wrap: true, workersOpen: true };
  try {
    const stored = settingsSchema.safeParse(JSON.parse(localStorage.getItem(STORAGE_KEY) ?? 'null'));
    return stored.success ? stored.data : defaults;
  } catch {
    return defaults;
  }
}
