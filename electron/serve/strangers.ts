import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ServeLimits } from './limits.ts';

type StrangerLimits = Pick<ServeLimits, 'strangers' | 'strangerMs' | 'crowd' | 'connections'>;

/**
 * Connections that have not shown the token or the cookie. Everybody on the machine can open them, so their number is small and limited: when
 * one more connects, the oldest is closed. So any number of slow or silent connections does no harm: a page of the owner sends its cookie with
 * its first bytes, long before it would be closed. When many connect at once, each gets a short time to send these bytes.
 */
export class Strangers {
  /** In the order of connection, each with its time. */
  private readonly sockets = new Map<Socket, number>();
  private readonly known = new Set<Socket>();
  private readonly limits: StrangerLimits;

  constructor(server: Server, limits: StrangerLimits) {
    this.limits = limits;
    server.on('connection', (socket: Socket) => this.admit(socket));
  }

  /** Marks a connection as the owner's. @returns false when there are too many of these */
  markKnown(socket: Socket): boolean {
    if (this.known.has(socket)) return true;
    if (this.known.size >= this.limits.connections) return false;
    if (this.sockets.delete(socket)) this.known.add(socket);
    return true;
  }

  private admit(socket: Socket): void {
    const now = performance.now();
    this.sockets.set(socket, now);
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.known.delete(socket);
    });
    const { strangers, strangerMs, crowd } = this.limits;
    for (const [oldest, since] of this.sockets) {
      const isTime = now - since >= strangerMs || this.sockets.size > crowd;
      if (this.sockets.size <= strangers || !isTime) return;
      this.sockets.delete(oldest);
      oldest.destroy();
    }
  }
}
