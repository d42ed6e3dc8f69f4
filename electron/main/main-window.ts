import { join } from 'node:path';
import { BrowserWindow, dialog, nativeTheme, type WebContents } from 'electron';
import { guardNavigation } from './navigation-guard.ts';
import { keepWindowState, readWindowState } from './window-state.ts';

/** Wide enough for the runs and two panes beside them (pixels). */
const SIZE = { width: 1280, height: 800 };
const SMALLEST = { minWidth: 720, minHeight: 480 };
/** The page's own background, so that nothing flashes while it is drawn; see renderer/styles/tokens.css. */
const BACKGROUND = { dark: '#14170f', light: '#f4f5f2' };

/** A page that dies this often within this time (ms) would do so again. */
const CRASHES = 3;
const WITHIN_MS = 60_000;

/** What a window needs to know. */
export interface WindowPlace {
  /** The address of the page. */
  page: string;
  /** Where the page may go, and nowhere else. */
  origin: string;
  /** Where the window's place on the screen is kept. */
  stateFile: string;
}

/** Opens the window on its page, where it was the last time. */
export function openMainWindow({ page, origin, stateFile }: WindowPlace): BrowserWindow {
  const { bounds, maximized } = readWindowState(stateFile);
  const window = new BrowserWindow({
    ...SIZE,
    ...bounds,
    ...SMALLEST,
    title: 'Drover',
    show: false,
    autoHideMenuBar: true,
    backgroundColor: nativeTheme.shouldUseDarkColors ? BACKGROUND.dark : BACKGROUND.light,
    webPreferences: {
      preload: join(import.meta.dirname, '../preload/index.cjs'),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      spellcheck: false,
    },
  });
  if (maximized) window.maximize();
  keepWindowState(window, stateFile);
  guardNavigation(window.webContents, origin);
  reloadAfterCrash(window.webContents);
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

/**
 * Loads a page again whose process has died; its address says what it showed. The engine and its runs are elsewhere and notice nothing.
 * @param now milliseconds
 */
function reloadAfterCrash(contents: WebContents, now: () => number = Date.now): void {
  let crashes: number[] = [];
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || contents.isDestroyed()) return;
    crashes = [...crashes, now()].filter((time) => time > now() - WITHIN_MS);
    if (crashes.length < CRASHES) return contents.reload();
    dialog.showErrorBox(
      'The window cannot be shown',
      `Its page ended ${CRASHES} times within a minute (${reason}, ${exitCode}). Runs go on; "drover watch" in a terminal and "drover serve" in a browser show them. Reloading the window (Ctrl+R) tries again.`,
    );
  });
}
