// What a desktop shows of an app. Nothing is drawn here: everything is kept, so that a test can look at it and press it.
import { EventEmitter } from 'node:events';

/** Electron's `nativeImage`, of which an app here only passes pictures on. */
export const nativeImage = {
  createFromBitmap: (pixels, { width, height }) => ({
    isEmpty: () => pixels.length === 0,
    getSize: () => ({ width, height }),
  }),
};

/** Electron's `Menu`: a template made into items that can be found and clicked. */
export class Menu {
  static #application = null;
  items;

  constructor(items) {
    this.items = items;
  }

  static buildFromTemplate(template) {
    return new Menu(
      template.map(({ submenu, ...item }) => ({
        enabled: true,
        type: 'normal',
        ...item,
        ...(submenu === undefined ? {} : { submenu: Menu.buildFromTemplate(submenu) }),
      })),
    );
  }

  static setApplicationMenu(menu) {
    Menu.#application = menu;
  }

  static getApplicationMenu = () => Menu.#application;
}

/** Electron's `Tray`. `Tray.standin` are those that are there. */
export class Tray extends EventEmitter {
  static standin = new Set();
  toolTip = '';
  menu = null;

  constructor(image) {
    super();
    if (image.isEmpty() === true) throw new Error('The tray got an empty image');
    Tray.standin.add(this);
  }

  setToolTip(text) {
    this.toolTip = text;
  }

  setContextMenu(menu) {
    this.menu = menu;
  }

  destroy() {
    Tray.standin.delete(this);
  }
}

/** Electron's `Notification`. `Notification.standin` are all that were shown. */
export class Notification extends EventEmitter {
  static standin = [];
  static isSupported = () => true;

  constructor({ title, body }) {
    super();
    this.title = title;
    this.body = body;
  }

  show() {
    Notification.standin.push(this);
  }
}

/** Electron's `powerSaveBlocker`. */
class PowerSaveBlocker {
  #blockers = new Map();
  #last = 0;

  start(type) {
    this.#last += 1;
    this.#blockers.set(this.#last, type);
    return this.#last;
  }

  stop = (id) => this.#blockers.delete(id);
  isStarted = (id) => this.#blockers.has(id);
  /** How many there are; the stand-in's own. */
  get standin() {
    return this.#blockers.size;
  }
}

export const powerSaveBlocker = new PowerSaveBlocker();

/** Electron's `nativeTheme`: what was chosen; the pages are told by `apply`. */
export class NativeTheme extends EventEmitter {
  #source = 'system';
  #apply;

  /** @param apply gets `light`, `dark` or an empty text for the system's */
  constructor(apply) {
    super();
    this.#apply = apply;
  }

  get themeSource() {
    return this.#source;
  }

  set themeSource(source) {
    this.#source = source;
    this.#apply(source === 'system' ? '' : source);
    this.emit('updated');
  }

  get shouldUseDarkColors() {
    return this.#source === 'dark';
  }
}

/** Electron's `screen`: one, with a task bar. */
export const screen = {
  getAllDisplays: () => [{ workArea: { x: 0, y: 30, width: 1920, height: 1050 } }],
};
