import { EventEmitter } from 'node:events';

/** Electron's end of a port whose other end is in a page. What is posted before `start` waits. */
export class MessagePortMain extends EventEmitter {
  #waiting = [];
  #started = false;
  #open = true;
  #link;

  /** @param link carries values to the page (`post`) and tells it of the end (`close`) */
  constructor(link) {
    super();
    this.#link = link;
  }

  postMessage(value, transfer = []) {
    if (transfer.length > 0) throw new Error('The Electron stand-in cannot send ports over ports');
    if (this.#open) this.#link.post(value);
  }

  start() {
    this.#started = true;
    for (const value of this.#waiting.splice(0)) this.receive(value);
  }

  close() {
    if (!this.#open) return;
    this.#link.close();
    setImmediate(() => this.endFromPage());
    this.#open = false;
  }

  /** A value has come from the page. */
  receive(value) {
    if (!this.#started) this.#waiting.push(value);
    else if (this.#open) this.emit('message', { data: value, ports: [] });
  }

  /** The page has closed its end, or has gone. */
  endFromPage() {
    this.#open = false;
    this.#waiting = [];
    if (this.listenerCount('close') > 0) this.emit('close');
    this.removeAllListeners();
  }
}
