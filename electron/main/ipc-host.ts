import { ipcMain, type MessageEvent, type MessagePortMain } from 'electron';
import type { Engine } from '../engine/api/engine-api.ts';
import { serveEngine } from '../engine/api/serve-engine.ts';
import { SHELL_CHANNELS } from './shell-channels.ts';
import { isTrustedSender } from './trusted-sender.ts';

/**
 * Serves the engine to the window's pages: each asks for a port of its own, and what it watches ends with that port.
 * @param origin where the window's own pages come from; others are not answered
 * @returns ends all connections
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
