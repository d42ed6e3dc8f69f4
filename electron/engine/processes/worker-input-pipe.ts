import { connect } from 'node:net';
import type { InputKind } from './worker-input.ts';

/** A line of its own that no JSON object can be: EOT, as a terminal ends input. launcher-windows.mjs knows it. */
const END_OF_INPUT = '\u0004';

/**
 * Standard input through a named pipe that the launcher serves and forwards; it takes end of input as a line, as there are no signals.
 * Not proved on Windows: tried with a socket in the place of the pipe.
 */
export const pipeInput: InputKind = {
  open(path) {
    let reachable = true;
    const socket = connect(path);
    socket.on('error', () => {
      // The launcher is gone, and with it the worker: its end tells.
      reachable = false;
    });
    return {
      get hasUnsent() {
        return reachable && socket.writableLength > 0;
      },
      writeLine(line) {
        if (!reachable || socket.writableEnded) return false;
        socket.write(`${line}\n`);
        return true;
      },
      end() {
        if (!socket.writableEnded) socket.end(`${END_OF_INPUT}\n`);
      },
      // What a pipe of Windows still holds cannot be looked at.
      isUnread: () => false,
      discard() {
        socket.destroy();
      },
    };
  },
  remove() {
    // The name of a pipe goes with the process that serves it.
  },
};
