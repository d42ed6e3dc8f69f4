import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';

const ARGUMENTS = [
  '--headless=new',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  // Its crash handlers are processes that outlive it, and write below the person's own profile.
  '--disable-breakpad',
  '--disable-crash-reporter',
  '--disable-dev-shm-usage',
  '--no-first-run',
  '--no-default-browser-check',
  '--no-startup-window',
  // The last two are parts of the browser around the page, which nobody sees and which take a quarter of its start.
  '--disable-features=HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,PaintHolding,WebUIOmnibox,WebUIOmniboxPopup',
  '--force-color-profile=srgb',
  '--remote-debugging-port=0',
];
/** How long it may take to close in order: a tenth of a second, or many times that on a machine under load. */
const CLOSE_MS = 10_000;
const LISTENING = /^DevTools listening on (ws:\S+)$/;
/** Its last lines, which say why it ended. */
const KEPT_LINES = 40;

/** One headless Chromium and the connection over which it is driven. Emits `event` (method, params, session) and `exit`. */
export class Chromium extends EventEmitter {
  #profile = mkdtempSync(join(tmpdir(), 'electron-standin-'));
  #answers = new Map();
  #lastCall = 0;
  /** Calls that are written in the next turn. */
  #unsent = [];
  #socket;
  #process;
  /** Resolves when it can be driven. */
  connected;

  constructor(executable) {
    super();
    this.#process = spawn(executable, [...ARGUMENTS, `--user-data-dir=${this.#profile}`], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.connected = this.#connect();
    process.on('exit', () => {
      this.#process.kill('SIGKILL');
      rmSync(this.#profile, { recursive: true, force: true, maxRetries: 3 });
    });
  }

  /** Calls a method of the browser, or of one page. */
  call(method, params = {}, sessionId) {
    return new Promise((resolve, reject) => {
      const id = (this.#lastCall += 1);
      this.#answers.set(id, { method, resolve, reject });
      this.#unsent.push(JSON.stringify({ id, method, params, sessionId }));
      // A test has the app evaluate something over the debugger, which interrupts it wherever it is: in the midst of a message to this socket, too.
      // Two messages would then be written into one another, and Chromium would get one of them.
      setImmediate(() => this.#sendAll());
    });
  }

  #sendAll() {
    for (let text = this.#unsent.shift(); text !== undefined; text = this.#unsent.shift()) this.#socket.send(text);
  }

  /** Ends it in order, as only then it takes its lock out of the temporary folder; resolves when it is gone. */
  end() {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return Promise.resolve();
    const gone = new Promise((resolve) => this.#process.once('exit', resolve));
    const kill = () => this.#process.kill('SIGKILL');
    if (this.#socket?.readyState !== WebSocket.OPEN) kill();
    // Its answer may be lost with the connection.
    else this.call('Browser.close').catch(() => {});
    const timer = setTimeout(kill, CLOSE_MS);
    return gone.then(() => clearTimeout(timer));
  }

  #connect() {
    return new Promise((resolve, reject) => {
      const said = [];
      this.#process.once('error', reject);
      this.#process.once('exit', (code) => {
        reject(new Error(`Chromium ended (${code}): ${said.join('\n')}`));
        this.emit('exit');
      });
      // Whole lines: its address may come in pieces, or in the midst of all that it finds missing on a machine without a desktop.
      createInterface({ input: this.#process.stderr }).on('line', (line) => {
        said.push(line);
        if (said.length > KEPT_LINES) said.shift();
        const address = LISTENING.exec(line)?.[1];
        if (address === undefined || this.#socket !== undefined) return;
        this.#openSocket(address, resolve, reject);
      });
    });
  }

  #openSocket(address, resolve, reject) {
    this.#socket = new WebSocket(address, { perMessageDeflate: false });
    this.#socket.on('message', (raw) => this.#receive(JSON.parse(raw)));
    this.#socket.once('error', reject);
    this.#socket.once('open', () => {
      // Playwright waits for this line, and drives the pages over a connection of its own.
      process.stderr.write(`DevTools listening on ${address}\n`);
      resolve();
    });
  }

  #receive({ id, error, result, method, params, sessionId }) {
    if (id === undefined) return this.emit('event', method, params, sessionId);
    const answer = this.#answers.get(id);
    this.#answers.delete(id);
    if (error === undefined) answer.resolve(result);
    else answer.reject(new Error(`${answer.method}: ${error.message}`));
  }
}
