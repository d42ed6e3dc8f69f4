import type { ElectronApplication, Page } from '@playwright/test';
import type { Desktop } from '../pages/desktop.ts';

/** The ways to look at an engine; each is a project of the configuration. */
export type DoorName = 'browser' | 'electron-standin' | 'electron';

/** The window, opened through one of the doors. */
export interface Door {
  page: Page;
  /** Electron's side; null in a browser. */
  electron: ElectronApplication | null;
  /** The app around the page, as a person uses it; null in a browser. */
  desktop: Desktop | null;
  /** What stands in the page's console as an error. */
  troubles: readonly string[];
  /** What of that a test expects. */
  expectedTroubles: RegExp[];
  close(): Promise<void>;
}
