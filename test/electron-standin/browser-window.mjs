import { EventEmitter } from 'node:events';
import { emitPreventable } from './emit-preventable.mjs';
import { WebContents } from './web-contents.mjs';

/** Electron's `BrowserWindow` for an app whose pages are shown by a Chromium. */
export function browserWindowClass(chromium, app) {
  const windows = new Set();

  return class BrowserWindow extends EventEmitter {
    #isVisible;
    #bounds;
    #isMaximized = false;
    #isMinimized = false;
    /** The share that was set last, for a test to look at. */
    standinProgress = null;

    constructor(options = {}) {
      super();
      if (app.isReady() !== true) throw new Error('Cannot create BrowserWindow before app is ready');
      const { x = 0, y = 0, width = 800, height = 600, show = true } = options;
      this.#isVisible = show;
      this.#bounds = { x, y, width, height };
      this.webContents = new WebContents(chromium, options);
      this.webContents.once('did-finish-load', () => this.emit('ready-to-show'));
      this.webContents.once('gone', () => this.#onGone());
      windows.add(this);
      app.emit('web-contents-created', {}, this.webContents);
      app.emit('browser-window-created', {}, this);
    }

    static getAllWindows = () => [...windows];
    static fromWebContents = (contents) => [...windows].find((window) => window.webContents === contents) ?? null;
    static getFocusedWindow = () => [...windows].at(-1) ?? null;

    loadURL = (address) => this.webContents.loadURL(address);
    isDestroyed = () => !windows.has(this);
    isVisible = () => this.#isVisible;
    isMinimized = () => this.#isMinimized;
    isMaximized = () => this.#isMaximized;
    getBounds = () => ({ ...this.#bounds });
    getNormalBounds = () => ({ ...this.#bounds });
    focus() {}
    restore() {
      this.#isMinimized = false;
      this.emit('restore');
    }
    minimize() {
      this.#isMinimized = true;
      this.emit('minimize');
    }
    maximize() {
      this.#isMaximized = true;
      this.emit('maximize');
    }
    show() {
      this.#isVisible = true;
      this.emit('show');
    }
    hide() {
      this.#isVisible = false;
      this.emit('hide');
    }
    setProgressBar(share) {
      this.standinProgress = share;
    }
    setBounds(bounds) {
      Object.assign(this.#bounds, bounds);
      void this.webContents.resize(this.#bounds.width, this.#bounds.height);
      this.emit('resize');
    }
    close() {
      if (windows.has(this) && !emitPreventable(this, 'close')) this.webContents.close();
    }

    #onGone() {
      windows.delete(this);
      this.emit('closed');
      if (windows.size === 0 && app.isEnding !== true && app.emit('window-all-closed') !== true) app.quit();
    }
  };
}
