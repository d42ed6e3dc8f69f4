import { realpathSync, statSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { type Problem, problem } from '../../shared/problem.ts';
import { err, ok, type Result } from '../../shared/result.ts';
import type { Engine } from '../engine/api/engine-api.ts';
import { Access, isOwnHost, isOwnOrigin } from './access.ts';
import { answerRequest } from './answer-request.ts';
import type { ServeLimits } from './limits.ts';
import { closeSocket, serveSocket } from './serve-socket.ts';
import { Strangers } from './strangers.ts';

const SERVE_LIMITS: ServeLimits = {
  connections: 256,
  strangers: 64,
  strangerMs: 1_000,
  crowd: 768,
  clients: 64,
  headerBytes: 16 * 1024,
  headersMs: 10_000,
  requestMs: 20_000,
  idleMs: 30_000,
  messageBytes: 16 * 1024 * 1024,
  openCalls: 500,
  waitingBytes: 256 * 1024 * 1024,
  heartbeatMs: 20_000,
  closeMs: 1_000,
};

/** How often waiting requests are checked for ones that take too long (milliseconds), at most. */
const TIMEOUT_CHECK_MS = 1_000;

/** Reachable from this machine only; from another one through an SSH tunnel. */
const ADDRESS = '127.0.0.1';

const FULL = '503 Service Unavailable';

/** Where pages connect to the engine. */
const RPC_PATH = '/rpc';

interface ServeRequest {
  engine: Engine;
  /** The folder of the built pages. */
  root: string;
  /** 0 for any that is free. */
  port: number;
  limits?: Partial<ServeLimits>;
}

/** A server that is up. */
export interface Serving {
  /** The page's address with its token: whoever has it can start programs. */
  url: string;
  port: number;
  /** Returns an address for a browser that is being started: it opens the page once, within a short time. */
  openingUrl(): string;
  /** The number of connected pages. */
  clients(): number;
  /** Ends all connections and frees the port. The engine keeps running. */
  close(): Promise<void>;
}

/** Serves the window to browsers on this machine: the pages over HTTP, the engine over WebSockets, both behind a token. */
export async function startServing(request: ServeRequest): Promise<Result<Serving, Problem>> {
  const { engine, port } = request;
  const limits = { ...SERVE_LIMITS, ...request.limits };
  const root = findPages(request.root);
  if (root === null) return err(notBuilt(request.root));
  const access = new Access();
  const { server, strangers } = makeHttpServer({ access, root }, limits);
  const sockets = acceptSockets(server, { access, strangers }, engine, limits);
  const listening = await listen(server, port);
  if (!listening.ok) return listening;
  const address = (token: string): string => `http://${ADDRESS}:${listening.value}/?token=${token}`;
  return ok({
    url: address(access.token),
    port: listening.value,
    openingUrl: () => address(access.issueOpeningCode()),
    clients: () => sockets.clients.size,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await endSockets(sockets, limits.closeMs);
      server.closeAllConnections();
      await closed;
    },
  });
}

function findPages(folder: string): string | null {
  const index = statSync(join(folder, 'index.html'), { throwIfNoEntry: false });
  return index?.isFile() === true ? realpathSync(folder) : null;
}

function makeHttpServer(
  site: { access: Access; root: string },
  limits: ServeLimits,
): { server: Server; strangers: Strangers } {
  const options = {
    maxHeaderSize: limits.headerBytes,
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: Math.min(TIMEOUT_CHECK_MS, limits.headersMs),
  };
  const server = createServer(options, (request, response) => {
    // A client that disconnects during an answer is not an error of ours. Any other error fails this request only.
    answerRequest({ ...site, strangers }, request, response).catch(() => response.destroy());
  });
  const strangers = new Strangers(server, limits);
  server.setTimeout(limits.idleMs);
  return { server, strangers };
}

function acceptSockets(
  server: Server,
  { access, strangers }: { access: Access; strangers: Strangers },
  engine: Engine,
  limits: ServeLimits,
): WebSocketServer {
  const sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: limits.messageBytes,
    // Pings are answered by SocketClient, which counts the answers.
    autoPong: false,
  });
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on('error', () => socket.destroy());
    const isFull = sockets.clients.size >= limits.clients;
    const refusal = refusalOf(request, access, isFull) ?? (strangers.markKnown(request.socket) ? null : FULL);
    if (refusal !== null) {
      socket.end(`HTTP/1.1 ${refusal}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy());
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => serveSocket(engine, client, limits));
  });
  return sockets;
}

/** Returns the status that refuses a WebSocket request, or null. Browsers let pages of any site open one, and send cookies with it. */
function refusalOf(request: IncomingMessage, access: Access, isFull: boolean): string | null {
  const { headers, url } = request;
  if (!isOwnHost(headers) || !isOwnOrigin(headers) || !access.hasCookie(headers)) return '403 Forbidden';
  if (url !== RPC_PATH) return '404 Not Found';
  return isFull ? FULL : null;
}

async function listen(server: Server, port: number): Promise<Result<number, Problem>> {
  const failed = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    server.once('error', resolve);
    server.listen(port, ADDRESS, () => resolve(null));
  });
  if (failed !== null) return err(cannotListen(port, failed));
  return ok((server.address() as AddressInfo).port);
}

async function endSockets(sockets: WebSocketServer, closeMs: number): Promise<void> {
  const ends = [...sockets.clients].map((client) => {
    const ended = new Promise<void>((resolve) => client.once('close', () => resolve()));
    closeSocket(client, closeMs);
    return ended;
  });
  await Promise.all(ends);
  sockets.close();
}

function cannotListen(port: number, error: NodeJS.ErrnoException): Problem {
  if (error.code === 'EADDRINUSE') {
    return problem(
      'invalid-usage',
      `Port ${port} is in use by another program.`,
      'Leave out --port for one that is free, or give another one.',
    );
  }
  if (error.code === 'EACCES') {
    return problem(
      'invalid-usage',
      `You may not use port ${port}.`,
      'Give a port of 1024 or above, or leave out --port.',
    );
  }
  return problem(
    'invalid-usage',
    `The server cannot listen on ${ADDRESS}:${port}: ${error.message}.`,
    'Give another port.',
  );
}

function notBuilt(folder: string): Problem {
  return problem(
    'cannot-start',
    `The window is not built: ${join(folder, 'index.html')} is missing.`,
    'Run "npm run build" in the folder of Drover, or install it again.',
  );
}
