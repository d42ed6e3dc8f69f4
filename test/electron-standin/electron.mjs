// The module 'electron' of the stand-in, for the main process: what Drover uses, and nothing else. See README.md.
import { App } from './app.mjs';
import { browserWindowClass } from './browser-window.mjs';
import { Chromium } from './chromium.mjs';
import { NativeTheme } from './desktop.mjs';

const executable = process.env.ELECTRON_STANDIN_CHROMIUM;
if (executable === undefined)
  throw new Error('Set ELECTRON_STANDIN_CHROMIUM to the Chromium of the Electron stand-in.');

const chromium = new Chromium(executable);

export { Menu, Notification, nativeImage, powerSaveBlocker, screen, Tray } from './desktop.mjs';
export { ipcMain } from './ipc-main.mjs';
export { protocol } from './protocol.mjs';

export const app = new App({ windows: () => BrowserWindow.getAllWindows(), end: () => chromium.end() });
export const BrowserWindow = browserWindowClass(chromium, app);
export const nativeTheme = new NativeTheme((scheme) => {
  for (const window of BrowserWindow.getAllWindows()) window.webContents.setColourScheme(scheme);
});

/** The desktop does nothing: tests put functions of their own in place of these. */
export const shell = { openExternal: async () => {}, openPath: async () => '', showItemInFolder() {} };
export const dialog = {
  showOpenDialog: async () => ({ canceled: true, filePaths: [] }),
  showMessageBox: async () => ({ response: 0, checkboxChecked: false }),
  showErrorBox: (title, text) => process.stderr.write(`[electron stand-in] ${title}: ${text}\n`),
};

/** Permissions are Chromium's own here: what the app would decide is kept in `standin`, for a test to ask. */
export const session = {
  defaultSession: {
    standin: {},
    setPermissionRequestHandler(handler) {
      this.standin.request = handler;
    },
    setPermissionCheckHandler(handler) {
      this.standin.check = handler;
    },
    setDevicePermissionHandler(handler) {
      this.standin.device = handler;
    },
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
