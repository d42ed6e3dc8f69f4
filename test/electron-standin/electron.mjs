// The module 'electron' of the stand-in, for the main process: what Drover uses, and nothing else. See README.md.
import { App } from './app.mjs';
import { browserWindowClass } from './browser-window.mjs';
import { Chromium } from './chromium.mjs';

const executable = process.env.ELECTRON_STANDIN_CHROMIUM;
if (executable === undefined)
  throw new Error('Set ELECTRON_STANDIN_CHROMIUM to the Chromium of the Electron stand-in.');

const chromium = new Chromium(executable);

export { ipcMain } from './ipc-main.mjs';
export { protocol } from './protocol.mjs';

export const app = new App({ windows: () => BrowserWindow.getAllWindows(), end: () => chromium.end() });
export const BrowserWindow = browserWindowClass(chromium, app);

/** The desktop does nothing: tests put functions of their own in place of these. */
export const shell = { openExternal: async () => {}, openPath: async () => '', showItemInFolder() {} };
export const dialog = {
  showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
  showMessageBox: async () => ({ response: 0, checkboxChecked: false }),
  showErrorBox: (title, text) => process.stderr.write(`[electron stand-in] ${title}: ${text}\n`),
};

/** Permissions are Chromium's own here; what the app decides is not asked. */
export const session = {
  defaultSession: {
    setPermissionRequestHandler() {},
    setPermissionCheckHandler() {},
    setDevicePermissionHandler() {},
  },
};

/** Called by start.mjs when the app's main module has been evaluated. */
export async function startApp() {
  try {
    await chromium.connected;
    await chromium.call('Target.setDiscoverTargets', { discover: true });
    chromium.on('exit', () => app.exit(1));
    app.becomeReady();
  } catch (error) {
    process.stderr.write(`[electron stand-in] ${error.message}\n`);
    app.exit(1);
  }
}
