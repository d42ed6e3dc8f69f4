import { join } from 'node:path';
import { BrowserWindow, dialog, nativeTheme, type WebContents } from 'electron';
import { guardNavigation } from './navigation-guard.ts';
import { keepWindowState, readWindowState } from './window-state.ts';

/** Wide enough for the list of runs and two panes beside it (pixels). */
const SIZE = { width: 1280, height: 800 };
const SMALLEST = { minWidth: 720, minHeight: 480 };
/** The page's own background, so that nothing flashes while the page is drawn; see renderer/styles/tokens.css. */
const BACKGROUND = { dark: '#14170f', light: '#f4f5f2' };

/** A page that crashes this often within this time (ms) would crash again. */
const CRASHES = 3;
const WITHIN_MS = 60_000;

/** What a window needs to know. */
export interface WindowPlace {
  /** The address of the page. */
  page: string;
  /** The only origin that the page may navigate to. */
  origin: string;
  /** The file in which the window's place on the screen is saved. */
  stateFile: string;
}

/** Opens the window with its page, at its last place. */
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
  // A window that is shown before its first frame flashes white.
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
 * Reloads a page whose process has crashed; its address keeps what it showed. The engine and its runs are in another process and not affected.
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
      `Its page ended ${CRASHES} times within a minute (${reason}, ${exitCode}). Runs continue; "drover watch" in a terminal and "drover serve" in a browser show them. Reloading the window (Ctrl+R) tries again.`,
    );
  });
}
