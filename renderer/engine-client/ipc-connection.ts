import { connectEngine } from '../../shared/contract/engine-client.ts';
import { ENGINE_PORT_MESSAGE, type Shell } from '../../shared/contract/shell.ts';
import { type Connection, OPEN_TIMEOUT_MS } from './connection.ts';

/**
 * Connects to the engine of the desktop app, over a port that the shell requests.
 * @throws when no port arrives in time
 */
export async function openIpcConnection(shell: Shell): Promise<Connection> {
  const port = await askForPort(shell);
  const closed = new Promise<void>((resolve) => port.addEventListener('close', () => resolve(), { once: true }));
  const receivers = new Map<(message: unknown) => void, (event: MessageEvent<unknown>) => void>();
  const client = connectEngine({
    post: (message: unknown) => port.postMessage(message),
    on(receive: (message: unknown) => void) {
      const listener = (event: MessageEvent<unknown>): void => receive(event.data);
      receivers.set(receive, listener);
      port.addEventListener('message', listener);
      port.start();
    },
    off(receive: (message: unknown) => void) {
      const listener = receivers.get(receive);
      if (listener !== undefined) port.removeEventListener('message', listener);
      receivers.delete(receive);
    },
  });
  return {
    client,
    closed,
    close() {
      client.disconnect();
      port.close();
    },
  };
}

function askForPort(shell: Shell): Promise<MessagePort> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      window.removeEventListener('message', listener);
      clearTimeout(timer);
    };
    const listener = (event: MessageEvent<unknown>): void => {
      const port = event.ports[0];
      if (event.source !== window || event.data !== ENGINE_PORT_MESSAGE || port === undefined) return;
      settle();
      resolve(port);
    };
    const timer = setTimeout(() => {
      settle();
      reject(new Error('The engine did not open a port.'));
    }, OPEN_TIMEOUT_MS);
    window.addEventListener('message', listener);
    shell.connect();
  });
}
