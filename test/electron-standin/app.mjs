import { EventEmitter } from 'node:events';
import { mkdirSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { emitPreventable } from './emit-preventable.mjs';
import { launch } from './launch-arguments.mjs';

/** How long the end waits for Chromium to be gone: longer than it may take to close. */
const END_MS = 12_000;

/** Electron's `app`: the life of the process. */
export class App extends EventEmitter {
  isPackaged = false;
  badgeCount = 0;
  name = launch.packageFile.productName ?? launch.packageFile.name ?? 'Electron';
  commandLine = { appendSwitch() {}, hasSwitch: () => false, getSwitchValue: () => '' };
  #paths = { home: homedir(), temp: tmpdir(), appData: join(homedir(), '.config'), exe: process.execPath };
  #ready = Promise.withResolvers();
  #isReady = false;
  #ending = false;
  #windows;
  #end;

  /** @param windows the open ones @param end ends what the stand-in has started */
  constructor({ windows, end }) {
    super();
    this.#windows = windows;
    this.#end = end;
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => this.quit());
  }

  whenReady = () => this.#ready.promise;
  isReady = () => this.#isReady;
  getName = () => this.name;
  getVersion = () => launch.packageFile.version ?? '0.0.0';
  getAppPath = () => launch.appPath;
  getLocale = () => 'en-US';
  // One process per test: nobody else can hold the lock.
  requestSingleInstanceLock = () => true;
  releaseSingleInstanceLock() {}
  focus() {}
  setBadgeCount(count) {
    this.badgeCount = count;
    return true;
  }
  getBadgeCount = () => this.badgeCount;

  getPath(name) {
    const path = this.#paths[name] ?? (name === 'userData' ? join(this.#paths.appData, this.name) : undefined);
    if (path === undefined) throw new Error(`Failed to get '${name}' path`);
    if (name === 'userData') mkdirSync(path, { recursive: true });
    return path;
  }

  setPath(name, path) {
    this.#paths[name] = path;
  }

  /** What the stand-in calls when Chromium is there and the main module has been evaluated. */
  becomeReady() {
    this.#isReady = true;
    this.#ready.resolve();
    this.emit('ready', {}, {});
  }

  get isEnding() {
    return this.#ending;
  }

  quit() {
    if (this.#ending || emitPreventable(this, 'before-quit')) return;
    for (const window of this.#windows()) window.close();
    if (this.#windows().length > 0 || emitPreventable(this, 'will-quit')) return;
    this.exit(0);
  }

  exit(code = 0) {
    if (this.#ending) return;
    this.#ending = true;
    this.emit('quit', {}, code);
    setTimeout(() => process.exit(code), END_MS);
    void this.#end().then(() => process.exit(code));
  }
}
