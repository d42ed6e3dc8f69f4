import { connectEngine } from '../../shared/contract/engine-client.ts';
import { decodeMessage, encodeMessage } from '../../shared/contract/message-codec.ts';
import { type Connection, OPEN_TIMEOUT_MS } from './connection.ts';

/** The path of the engine's WebSocket on the server of this page. */
const RPC_PATH = '/rpc';

/** Returns the address of the engine's WebSocket for a page. */
export function rpcUrl({ protocol, host }: { protocol: string; host: string }): string {
  return `${protocol === 'https:' ? 'wss:' : 'ws:'}//${host}${RPC_PATH}`;
}

/**
 * Connects to the engine behind `drover serve`.
 * @throws when the server cannot be reached or refuses
 */
export async function openWebSocketConnection(url: string): Promise<Connection> {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  const closed = new Promise<void>((resolve) => socket.addEventListener('close', () => resolve(), { once: true }));
  await opened(socket);
  const client = connectEngine({
    post: (bytes: Uint8Array<ArrayBuffer>) => socket.send(bytes),
    on(receive: (bytes: ArrayBuffer) => void) {
      socket.addEventListener('message', (event: MessageEvent<ArrayBuffer>) => receive(event.data));
    },
    serialize: encodeMessage,
    deserialize: decodeMessage,
  });
  return {
    client,
    closed,
    close() {
      client.disconnect();
      socket.close();
    },
  };
}

function opened(socket: WebSocket): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (): void => {
      clearTimeout(timer);
      socket.close();
      reject(new Error('The server cannot be reached.'));
    };
    const timer = setTimeout(fail, OPEN_TIMEOUT_MS);
    socket.addEventListener('open', () => {
      clearTimeout(timer);
      resolve();
    });
    socket.addEventListener('error', fail, { once: true });
  });
}
