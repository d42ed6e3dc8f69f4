import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { app, BrowserWindow } from 'electron';
import { dataHome } from '../engine/data-home.ts';
import { createEngine } from '../engine/engine.ts';
import { pagesFolder } from '../engine/resources-folder.ts';
import { APP_ORIGIN, registerAppScheme, serveApp } from './app-protocol.ts';
import { resumeHeadless } from './hand-over.ts';
import { hostEngine } from './ipc-host.ts';
import { openMainWindow, showWindow } from './main-window.ts';
import { hostNativeDialogs } from './native-dialogs.ts';
import { guardPermissions, originOf } from './navigation-guard.ts';
import { guardQuit } from './quit-guard.ts';

const home = dataHome(process.env);
// The lock lies in this folder, so it has to be set first: two data directories are two apps.
app.setPath('userData', join(home, 'electron'));
if (app.requestSingleInstanceLock()) start();
else app.quit();

function start(): void {
  registerAppScheme();
  app.on('web-contents-created', (_event, contents) => contents.on('will-attach-webview', (e) => e.preventDefault()));
  // Not awaited: 'ready' comes only after this module has been evaluated.
  void app.whenReady().then(open);
}

function open(): void {
  const { page, origin } = pageAddress();
  // Whatever the engine starts with this program is to run as Node.
  const env = { ...process.env, ELECTRON_RUN_AS_NODE: '1' };
  const command = [process.execPath, join(import.meta.dirname, 'cli.js')] as const;
  const engine = createEngine({ home, env, headless: command, commandLine: null });
  if (origin === APP_ORIGIN) serveApp(realpathSync(pagesFolder()));
  guardPermissions(origin);
  hostNativeDialogs(origin);
  const endConnections = hostEngine(engine, origin);
  guardQuit(engine, (run) => resumeHeadless(engine, { home, env, command }, run), endConnections);
  openMainWindow(page, origin);
  app.on('second-instance', () => showOrOpen(page, origin));
  app.on('activate', () => showOrOpen(page, origin));
  // Without a window nothing could be asked or shown, so it is the end; on a Mac the app stays in the dock.
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
}

function showOrOpen(page: string, origin: string): void {
  const [window] = BrowserWindow.getAllWindows();
  if (window === undefined) openMainWindow(page, origin);
  else showWindow(window);
}

/** While Drover is developed the pages come from a server that reloads them when they change. */
function pageAddress(): { page: string; origin: string } {
  const development = app.isPackaged ? undefined : process.env['ELECTRON_RENDERER_URL'];
  const origin = development === undefined ? null : originOf(development);
  if (development === undefined || origin === null) return { page: `${APP_ORIGIN}/index.html`, origin: APP_ORIGIN };
  return { page: development, origin };
}
