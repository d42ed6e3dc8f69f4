import { join } from 'node:path';
import { BrowserWindow } from 'electron';
import { guardNavigation } from './navigation-guard.ts';

/** Wide enough for the runs and two panes beside them (pixels). */
const SIZE = { width: 1280, height: 800 };
const SMALLEST = { minWidth: 720, minHeight: 480 };

/**
 * Opens the window on its page.
 * @param page the address of the page
 * @param origin where the page may go, and nowhere else
 */
export function openMainWindow(page: string, origin: string): BrowserWindow {
  const window = new BrowserWindow({
    ...SIZE,
    ...SMALLEST,
    title: 'Drover',
    show: false,
    autoHideMenuBar: true,
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  guardNavigation(window.webContents, origin);
  // A window that is shown before its first picture flashes white.
  window.once('ready-to-show', () => window.show());
  void window.loadURL(page);
  return window;
}

/** Brings the window to the front. */
export function showWindow(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}
