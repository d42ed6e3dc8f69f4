import { type IpcMainEvent, type IpcMainInvokeEvent, ipcMain, type MessageEvent, type MessagePortMain } from 'electron';
import type { Engine } from '../engine/api/engine-api.ts';
import { serveEngine } from '../engine/api/serve-engine.ts';
import { originOf } from './navigation-guard.ts';
import { SHELL_CHANNELS } from './shell-channels.ts';

/**
 * Serves the engine to the window's pages: each page requests its own port, and its watches end with that port.
 * @param origin the origin of the window's own pages; others are not answered
 * @returns a function that ends all connections
 */
export function hostEngine(engine: Engine, origin: string): () => void {
  const ends = new Set<() => void>();
  ipcMain.on(SHELL_CHANNELS.connect, (event) => {
    const [port] = event.ports;
    if (port === undefined) return;
    if (!isTrustedSender(event, origin)) return port.close();
    const end = servePort(engine, port);
    ends.add(end);
    port.once('close', () => {
      ends.delete(end);
      end();
    });
    port.start();
  });
  return () => {
    ipcMain.removeAllListeners(SHELL_CHANNELS.connect);
    for (const end of ends) end();
    ends.clear();
  };
}

function servePort(engine: Engine, port: MessagePortMain): () => void {
  let listener: ((event: MessageEvent) => void) | null = null;
  const off = (): void => {
    if (listener !== null) port.off('message', listener);
    listener = null;
  };
  return serveEngine(engine, {
    post: (message: unknown) => port.postMessage(message),
    on(receive: (message: unknown) => void) {
      listener = ({ data }) => receive(data);
      port.on('message', listener);
    },
    off,
  });
}

/** Whether a message comes from the window's own page, and not from a frame in it or from elsewhere. */
export function isTrustedSender(event: IpcMainEvent | IpcMainInvokeEvent, origin: string): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && originOf(frame.url) === origin;
}
