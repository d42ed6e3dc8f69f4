import { mkdirSync, realpathSync, writeFileSync } from 'node:fs';
import { type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import type { Engine } from '../../electron/engine/api/engine-api.ts';
import type { ServeLimits } from '../../electron/serve/limits.ts';
import { type Serving, startServing } from '../../electron/serve/start-serving.ts';
import { connectEngine, type EngineClient } from '../../shared/contract/engine-client.ts';
import { decodeMessage, encodeMessage } from '../../shared/contract/message-codec.ts';
import { quietEngine } from './run-command.ts';
import { temporaryFolder } from './temporary-folder.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** A page's connection: the socket, and the engine through it. */
export interface PageClient {
  socket: WebSocket;
  client: EngineClient;
}

/** A server with pages of its own, and what reaches it: browsers and others. It ends with the test. */
export class ServeRig {
  readonly folder: string;
  readonly root: string;
  readonly serving: Serving;
  /** As the browser sends it once it has been at the printed address. */
  readonly cookie: string;
  readonly origin: string;

  private constructor(folder: string, serving: Serving, cookie: string) {
    this.folder = folder;
    this.root = join(folder, 'pages');
    this.serving = serving;
    this.cookie = cookie;
    this.origin = `http://127.0.0.1:${serving.port}`;
  }

  static async start(options: { engine?: Engine; limits?: Partial<ServeLimits> } = {}): Promise<ServeRig> {
    const folder = temporaryFolder();
    const root = join(folder, 'pages');
    mkdirSync(join(root, 'assets'), { recursive: true });
    writeFileSync(join(root, 'index.html'), '<!doctype html><title>Drover</title>');
    writeFileSync(join(root, 'assets', 'main-1a2b.js'), 'void 0;');
    writeFileSync(join(folder, 'secret.txt'), 'nobody reads this');
    const engine = options.engine ?? quietEngine(join(folder, 'home'));
    const started = await startServing({ engine, root: realpathSync(root), port: 0, limits: options.limits ?? {} });
    if (!started.ok) throw new Error(started.error.message);
    onTestFinished(async () => {
      await started.value.close();
      if (options.engine === undefined) await engine.close();
    });
    const { headers } = await get(started.value.url);
    const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
    return new ServeRig(folder, started.value, cookie);
  }

  /** Asks for a path exactly as it is written. */
  get(path: string, headers: OutgoingHttpHeaders = { cookie: this.cookie }, method = 'GET'): Promise<Answer> {
    return get(`${this.origin}/`, { path, headers, method });
  }

  /** Opens a socket as a page does, unless the headers say otherwise. */
  socket(headers: OutgoingHttpHeaders = {}, path = '/rpc'): WebSocket {
    const socket = new WebSocket(`ws://127.0.0.1:${this.serving.port}${path}`, {
      headers: { cookie: this.cookie, origin: this.origin, ...headers },
    });
    socket.binaryType = 'nodebuffer';
    onTestFinished(() => socket.terminate());
    return socket;
  }

  /** A page that is connected. */
  async page(): Promise<PageClient> {
    const socket = this.socket();
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    const client = connectEngine({
      post: (bytes: Uint8Array) => socket.send(bytes),
      on: (receive: (bytes: Buffer) => void) => socket.on('message', receive),
      serialize: encodeMessage,
      deserialize: decodeMessage,
    });
    return { socket, client };
  }
}

/** How a socket ended: the status of a refusal, or the code of a close. */
export function endOf(socket: WebSocket): Promise<{ status: number } | { code: number }> {
  return new Promise((resolve) => {
    socket.once('unexpected-response', (_, response) => resolve({ status: response.statusCode ?? 0 }));
    socket.once('close', (code) => resolve({ code }));
    socket.on('error', () => undefined);
  });
}

function get(
  url: string,
  options: { path?: string; headers?: OutgoingHttpHeaders; method?: string } = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    // Connections that stay open would hold up the end of the server.
    const asked = request(url, { ...options, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      response.on('error', reject);
    });
    asked.on('error', reject).end();
  });
}
