import { app, type BrowserWindow } from 'electron';
import type { Engine } from '../engine/api/engine-api.ts';
import { askWhatBecomes } from './ask-what-becomes.ts';
import type { DesktopSettings } from './desktop-settings.ts';

interface CloseParts {
  engine: Pick<Engine, 'ownedProgress'>;
  settings: DesktopSettings;
  /** Whether there is a tray, from which a hidden window can be opened again. */
  hasTray: () => Promise<boolean>;
  /** Whether the app is quitting: then windows may close. */
  isEnding: () => boolean;
  /** Quits the app and stops the runs, whatever the settings are. */
  quitAndStop: () => void;
  /** Called when the window was hidden. */
  onHidden: () => void;
}

/** Decides what closing the window does while runs are active: they continue in the tray, or they are stopped and the app quits. */
export function guardClose(window: BrowserWindow, parts: CloseParts): void {
  let asking = false;
  const decide = async (runs: number): Promise<void> => {
    const choice = await askWhatBecomes(runs, parts.settings);
    if (choice === 'stop') return parts.quitAndStop();
    if (choice === 'cancel' || window.isDestroyed()) return;
    if (await parts.hasTray()) window.hide();
    else window.minimize();
    parts.onHidden();
  };
  window.on('close', (event) => {
    const runs = parts.engine.ownedProgress().filter(({ stopping }) => !stopping).length;
    if (parts.isEnding() || runs === 0) return;
    event.preventDefault();
    if (asking) return;
    asking = true;
    decide(runs)
      .catch(() => app.quit())
      .finally(() => {
        asking = false;
      });
  });
}
