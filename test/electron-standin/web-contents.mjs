import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { emitPreventable } from './emit-preventable.mjs';
import { ipcMain } from './ipc-main.mjs';
import { MessagePortMain } from './message-ports.mjs';
import { pageWorld } from './page-world.mjs';
import { preloadWorld } from './preload-world.mjs';
import { answerRequest, INTERCEPTED, toAppAddress, toPageAddress } from './protocol.mjs';
import { structuredValues } from './structured-values.mjs';

const PRELOAD_WORLD = 'Electron Isolated Context';
const { pack, unpack } = structuredValues();
const warn = (text) => process.stderr.write(`[electron stand-in] ${text}\n`);
const unguessable = (name) => `${name}${randomBytes(8).toString('hex')}`;

/** Electron's `webContents`: one page of Chromium. Emits Electron's events and `gone`. */
export class WebContents extends EventEmitter {
  #chromium;
  #options;
  #target;
  #session;
  #ready;
  #address = '';
  #popupAddress = '';
  #loading = '';
  #openHandler = () => ({ action: 'allow' });
  #names = { prefix: unguessable('standin-'), binding: unguessable('standin') };
  /** The preload script's world in the page that is there now. */
  #context = null;
  #ports = new Map();
  #destroyed = false;
  mainFrame = { parent: null };

  constructor(chromium, options) {
    super();
    this.#chromium = chromium;
    this.#options = options;
    Object.defineProperty(this.mainFrame, 'url', { get: () => this.getURL() });
    chromium.on('event', (method, params, session) => this.#onEvent(method, params, session));
    this.#ready = this.#open();
  }

  getURL = () => toAppAddress(this.#address);
  getLastWebPreferences = () => ({ ...this.#options.webPreferences });
  isDestroyed = () => this.#destroyed;
  setWindowOpenHandler(handler) {
    this.#openHandler = handler;
  }

  async loadURL(address) {
    await this.#ready;
    this.#loading = new URL(toPageAddress(address)).href;
    const loaded = new Promise((resolve) => this.once('did-finish-load', resolve));
    const { errorText } = await this.#call('Page.navigate', { url: this.#loading });
    if (errorText !== undefined) throw new Error(`${errorText} loading '${address}'`);
    await loaded;
  }

  reload() {
    void this.#call('Page.reload').catch((error) => warn(error.message));
  }

  send(channel, ...values) {
    this.#tell({ type: 'send', channel, values: values.map(pack) });
  }

  forcefullyCrashRenderer() {
    // Nobody is left to answer.
    void this.#call('Page.crash').catch(() => {});
  }

  /** What the pages take for the system's wish. @param scheme `light`, `dark` or empty */
  setColourScheme(scheme) {
    void this.#ready
      .then(() =>
        this.#call('Emulation.setEmulatedMedia', { features: [{ name: 'prefers-color-scheme', value: scheme }] }),
      )
      .catch(() => {});
  }

  async resize(width, height) {
    await this.#ready;
    await this.#call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
  }

  close() {
    void this.#ready.then(() => this.#chromium.call('Target.closeTarget', { targetId: this.#target })).catch(() => {});
    this.#onGone();
  }

  async #open() {
    const { width = 800, height = 600, webPreferences = {} } = this.#options;
    const { targetId } = await this.#chromium.call('Target.createTarget', { url: 'about:blank', newWindow: true });
    const { sessionId } = await this.#chromium.call('Target.attachToTarget', { targetId, flatten: true });
    this.#target = targetId;
    this.#session = sessionId;
    const { prefix, binding } = this.#names;
    await Promise.all([
      this.#call('Page.enable'),
      this.#call('Runtime.enable'),
      this.#call('Inspector.enable'),
      this.#call('Runtime.addBinding', { name: binding, executionContextName: PRELOAD_WORLD }),
      this.#call('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false }),
      this.#call('Page.addScriptToEvaluateOnNewDocument', {
        source: `(${String(pageWorld)})(${JSON.stringify(prefix)})`,
      }),
      this.#call('Page.addScriptToEvaluateOnNewDocument', {
        source: this.#preloadSource(webPreferences.preload),
        worldName: PRELOAD_WORLD,
      }),
      this.#call('Fetch.enable', {
        patterns: [{ urlPattern: '*', resourceType: 'Document' }, { urlPattern: INTERCEPTED }],
      }),
    ]);
  }

  #preloadSource(file) {
    if (file === undefined) return '';
    const settings = JSON.stringify({ ...this.#names, platform: process.platform });
    const script = `function (require, module, exports, process) {${readFileSync(file, 'utf8')}\n}`;
    return `(${String(preloadWorld)})(${settings}, (${String(structuredValues)})(), ${script})`;
  }

  #call(method, params) {
    return this.#chromium.call(method, params, this.#session);
  }

  #onEvent(method, params, session) {
    // Chromium has pages of its own from before this one.
    if (this.#target === undefined) return;
    if (method === 'Target.targetDestroyed' && params.targetId === this.#target) return this.#onGone();
    if (method === 'Target.targetCreated' && params.targetInfo.openerId === this.#target)
      return this.#onPopup(params.targetInfo.targetId);
    if (session === undefined || session !== this.#session || this.#destroyed) return;
    switch (method) {
      case 'Runtime.bindingCalled':
        return (
          params.name === this.#names.binding && this.#onMessage(JSON.parse(params.payload), params.executionContextId)
        );
      case 'Runtime.executionContextsCleared':
        return this.#leavePage();
      case 'Inspector.targetCrashed':
        this.#leavePage();
        return this.emit('render-process-gone', {}, { reason: 'crashed', exitCode: 5 });
      case 'Page.frameNavigated':
        if (params.frame.parentId === undefined) this.#address = params.frame.url;
        return;
      case 'Page.navigatedWithinDocument':
        this.#address = params.url;
        return;
      case 'Page.windowOpen':
        this.#popupAddress = params.url;
        return;
      case 'Page.loadEventFired':
        return this.emit('did-finish-load', {});
      case 'Fetch.requestPaused':
        return void this.#onRequest(params).catch((error) => !this.#destroyed && warn(error.stack));
    }
  }

  /** A link has opened a window already; it is closed again. */
  #onPopup(targetId) {
    this.#askToOpen(this.#popupAddress);
    void this.#chromium.call('Target.closeTarget', { targetId }).catch(() => {});
  }

  #askToOpen(address) {
    const { action } = this.#openHandler({ url: toAppAddress(address) });
    if (action !== 'deny') warn(`a second window cannot be opened: ${address}`);
  }

  async #onRequest({ requestId, request, resourceType, frameId }) {
    const isRefused = resourceType === 'Document' && this.#isRefused(request.url, frameId) === true;
    if (isRefused) return this.#call('Fetch.failRequest', { requestId, errorReason: 'Aborted' });
    if (toAppAddress(request.url) === request.url) return this.#call('Fetch.continueRequest', { requestId });
    const answer = await answerRequest(request);
    if (answer === null) return this.#call('Fetch.failRequest', { requestId, errorReason: 'Failed' });
    return this.#call('Fetch.fulfillRequest', { requestId, ...answer });
  }

  /** What the app itself loads is not asked about, a reload neither. */
  #isRefused(address, frame) {
    const isMainFrame = frame === this.#target;
    if (isMainFrame && (address === this.#loading || address === this.#address)) return false;
    const details = { url: toAppAddress(address), isMainFrame };
    if (emitPreventable(this, 'will-frame-navigate', details)) return true;
    return isMainFrame && emitPreventable(this, 'will-navigate', details, details.url);
  }

  #onMessage(message, context) {
    const { type, id, channel } = message;
    switch (type) {
      case 'hello':
        this.#leavePage();
        this.#context = context;
        this.#address = message.url;
        // Late, but before anything of the new page.
        this.emit('did-start-navigation', { isSameDocument: false, isMainFrame: true });
        return;
      case 'open':
        return this.#askToOpen(message.url);
      case 'send':
      case 'post': {
        const ports = (message.ports ?? []).map((port) => this.#adopt(port));
        return ipcMain.emit(channel, this.#ipcEvent(ports), ...message.values.map(unpack));
      }
      case 'invoke':
        return void this.#answer(message);
      case 'port':
        return this.#ports.get(id)?.receive(unpack(message.value));
      case 'port-end':
        this.#ports.get(id)?.endFromPage();
        this.#ports.delete(id);
    }
  }

  async #answer({ id, channel, values }) {
    try {
      const value = await ipcMain.answer(channel, this.#ipcEvent(), values.map(unpack));
      this.#tell({ type: 'answer', id, value: pack(value) });
    } catch (error) {
      this.#tell({ type: 'answer', id, error: error.message });
    }
  }

  #ipcEvent(ports = []) {
    return { sender: this, senderFrame: this.mainFrame, ports };
  }

  #adopt(id) {
    const port = new MessagePortMain({
      post: (value) => this.#tell({ type: 'port', id, value: pack(value) }),
      close: () => {
        this.#ports.delete(id);
        this.#tell({ type: 'port-end', id });
      },
    });
    this.#ports.set(id, port);
    return port;
  }

  #tell(message) {
    if (this.#context === null || this.#destroyed) return;
    const expression = `${this.#names.binding}Receive(${JSON.stringify(message)})`;
    // A page that has gone meanwhile needs no message.
    this.#call('Runtime.evaluate', { expression, contextId: this.#context }).catch(() => {});
  }

  /** Another page takes this one's place: what was connected to it has ended. */
  #leavePage() {
    for (const port of this.#ports.values()) port.endFromPage();
    this.#ports.clear();
    this.#context = null;
  }

  #onGone() {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#leavePage();
    this.emit('destroyed');
    this.emit('gone');
  }
}
