import { EventEmitter } from 'node:events';

/** Electron's `ipcMain`: messages and questions of the preload scripts. */
class IpcMain extends EventEmitter {
  #handlers = new Map();

  handle(channel, handler) {
    if (this.#handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this.#handlers.set(channel, handler);
  }

  removeHandler(channel) {
    this.#handlers.delete(channel);
  }

  /** Answers a question as Electron does, with its words where nobody can. */
  async answer(channel, event, values) {
    const handler = this.#handlers.get(channel);
    const failure = `Error invoking remote method '${channel}'`;
    if (handler === undefined) throw new Error(`${failure}: Error: No handler registered for '${channel}'`);
    try {
      return await handler(event, ...values);
    } catch (error) {
      throw new Error(`${failure}: ${String(error)}`);
    }
  }
}

export const ipcMain = new IpcMain();
