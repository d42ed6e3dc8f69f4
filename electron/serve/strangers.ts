import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { ServeLimits } from './limits.ts';

type StrangerLimits = Pick<ServeLimits, 'strangers' | 'strangerMs' | 'crowd' | 'connections'>;

/**
 * Connections that have not shown the token or the cookie. Everybody on the machine may open them, so they share a small number of places: the
 * one that has been a stranger for longest makes room for the next. Whoever is slow or silent can be as many as they like; a page of the
 * owner shows its cookie with its first words, long before its turn would come. Where many come at once, as more than can be read in one turn,
 * each has a moment for these words.
 */
export class Strangers {
  /** In the order in which they came, each with its time. */
  private readonly sockets = new Map<Socket, number>();
  private readonly known = new Set<Socket>();
  private readonly limits: StrangerLimits;

  constructor(server: Server, limits: StrangerLimits) {
    this.limits = limits;
    server.on('connection', (socket: Socket) => this.admit(socket));
  }

  /** The connection has shown that it is the owner's. @returns false when there are too many of these */
  welcome(socket: Socket): boolean {
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
