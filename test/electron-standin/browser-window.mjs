import { EventEmitter } from 'node:events';
import { emitPreventable } from './emit-preventable.mjs';
import { WebContents } from './web-contents.mjs';

/** Electron's `BrowserWindow` for an app whose pages are shown by a Chromium. */
export function browserWindowClass(chromium, app) {
  const windows = new Set();

  return class BrowserWindow extends EventEmitter {
    #isVisible;
    #bounds;

    constructor(options = {}) {
      super();
      if (app.isReady() !== true) throw new Error('Cannot create BrowserWindow before app is ready');
      const { width = 800, height = 600, show = true } = options;
      this.#isVisible = show;
      this.#bounds = { x: 0, y: 0, width, height };
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
    isMinimized = () => false;
    getBounds = () => ({ ...this.#bounds });
    restore() {}
    focus() {}
    show() {
      this.#isVisible = true;
    }
    hide() {
      this.#isVisible = false;
    }
    setBounds(bounds) {
      Object.assign(this.#bounds, bounds);
      void this.webContents.resize(this.#bounds.width, this.#bounds.height);
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
