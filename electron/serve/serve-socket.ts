import type { ChannelOptions } from 'birpc';
import { type RawData, WebSocket } from 'ws';
import { decodeMessage, encodeMessage } from '../../shared/contract/message-codec.ts';
import type { Engine } from '../engine/api/engine-api.ts';
import { isRequestMessage, serveEngine } from '../engine/api/serve-engine.ts';
import { isWholeMessagePack } from './check-message-pack.ts';
import type { ServeLimits } from './limits.ts';

/** Reasons for the end of a connection, as the WebSocket protocol numbers them. */
const CLOSE = { goingAway: 1001, notBinary: 1003, notUnderstood: 1007, tooMuch: 1008 } as const;

type SocketLimits = Pick<ServeLimits, 'openCalls' | 'waitingBytes' | 'heartbeatMs' | 'closeMs'>;

/** Serves the engine to one page until its connection ends; the watches of the page end with it. */
export function serveSocket(engine: Engine, socket: WebSocket, limits: SocketLimits): void {
  const client = new SocketClient(socket, limits);
  const endService = serveEngine(engine, client.channel);
  socket.once('close', endService);
}

/** Closes a connection cleanly; a client that does not confirm is cut off. */
export function closeSocket(socket: WebSocket, closeMs: number, code: number = CLOSE.goingAway, why = ''): void {
  socket.close(code, why);
  const timer = setTimeout(() => socket.terminate(), closeMs);
  socket.once('close', () => clearTimeout(timer));
}

/**
 * A page at the other end of a WebSocket. It can harm no connection but its own: invalid data, too many calls or too much unread data end it.
 */
class SocketClient {
  private readonly socket: WebSocket;
  private readonly limits: SocketLimits;
  private receive: (message: unknown) => void = () => undefined;
  private openCalls = 0;
  /** Whether anything was received or delivered since the last heartbeat. */
  private alive = true;

  constructor(socket: WebSocket, limits: SocketLimits) {
    this.socket = socket;
    this.limits = limits;
    socket.on('message', (data, isBinary) => this.take(data, isBinary));
    socket.on('ping', (data) => this.answerPing(data));
    socket.on('pong', () => this.markAlive());
    // Protocol errors (a frame too large, a missing mask) end the connection by themselves.
    socket.on('error', () => undefined);
    const heartbeat = setInterval(() => this.beat(), limits.heartbeatMs);
    socket.once('close', () => clearInterval(heartbeat));
  }

  get channel(): ChannelOptions {
    return {
      on: (receive) => {
        this.receive = receive;
      },
      off: () => {
        this.receive = () => undefined;
      },
      post: (message: unknown) => this.send(message),
    };
  }

  private take(data: RawData, isBinary: boolean): void {
    this.markAlive();
    if (this.socket.readyState !== WebSocket.OPEN) return;
    if (!isBinary) return this.drop(CLOSE.notBinary, 'Calls are binary messages.');
    const message = decode(data);
    if (!isRequestMessage(message)) return this.drop(CLOSE.notUnderstood, 'This is not a call.');
    this.openCalls += 1;
    if (this.openCalls > this.limits.openCalls) return this.drop(CLOSE.tooMuch, 'Too many calls at once.');
    this.receive(message);
  }

  /** Answers a ping: the answer is one more message that waits for the client to read. */
  private answerPing(data: Buffer): void {
    this.markAlive();
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.pong(data);
    this.dropSlow();
  }

  private send(message: unknown): void {
    if (isAnswer(message)) this.openCalls -= 1;
    if (this.socket.readyState !== WebSocket.OPEN) return;
    this.socket.send(encodeMessage(message), (error) => {
      if (error === undefined || error === null) this.markAlive();
    });
    this.dropSlow();
  }

  /** Drops a client that reads too slowly; it would not read a close message either. */
  private dropSlow(): void {
    if (this.socket.bufferedAmount > this.limits.waitingBytes) this.socket.terminate();
  }

  private drop(code: number, why: string): void {
    this.receive = () => undefined;
    closeSocket(this.socket, this.limits.closeMs, code, why);
  }

  private markAlive(): void {
    this.alive = true;
  }

  private beat(): void {
    if (!this.alive) return this.socket.terminate();
    this.alive = false;
    if (this.socket.readyState === WebSocket.OPEN) this.socket.ping();
  }
}

/** @returns undefined when it is not a message */
function decode(data: RawData): unknown {
  // Messages come in one piece: the server's sockets are configured so.
  if (!Buffer.isBuffer(data) || !isWholeMessagePack(data)) return undefined;
  try {
    return decodeMessage(data);
  } catch {
    return undefined;
  }
}

function isAnswer(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 't' in message && message.t === 's';
}
