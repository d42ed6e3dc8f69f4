import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections that have not shown the token or the cookie. Everybody on the machine may open them, so they share a small number of places: the
 * one that has been a stranger for longest makes room for the next. Whoever is slow or silent can be as many as they like; a page of the
 * owner shows its cookie with its first words, long before its turn would come.
 */
export class Strangers {
  /** In the order in which they came. */
  private readonly sockets = new Set<Socket>();
  private readonly known = new Set<Socket>();
  private readonly most: { strangers: number; known: number };

  /** @param most how many connections there may be of each kind */
  constructor(server: Server, most: { strangers: number; known: number }) {
    this.most = most;
    server.on('connection', (socket: Socket) => this.admit(socket));
  }

  /** The connection has shown that it is the owner's. @returns false when there are too many of these */
  welcome(socket: Socket): boolean {
    if (this.known.has(socket)) return true;
    if (this.known.size >= this.most.known) return false;
    if (this.sockets.delete(socket)) this.known.add(socket);
    return true;
  }

  private admit(socket: Socket): void {
    this.sockets.add(socket);
    socket.once('close', () => {
      this.sockets.delete(socket);
      this.known.delete(socket);
    });
    const [oldest] = this.sockets;
    if (this.sockets.size > this.most.strangers) oldest?.destroy();
  }
}
