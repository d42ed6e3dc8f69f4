import type { IpcMainEvent, IpcMainInvokeEvent } from 'electron';
import { originOf } from './navigation-guard.ts';

/** Whether a message comes from the window's own page itself, and not from a frame in it or from elsewhere. */
export function isTrustedSender(event: IpcMainEvent | IpcMainInvokeEvent, origin: string): boolean {
  const frame = event.senderFrame;
  return frame !== null && frame.parent === null && originOf(frame.url) === origin;
}
