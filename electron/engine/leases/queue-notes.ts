import { z } from 'zod';
import { deviceRefSchema } from '../../../shared/device.ts';
import type { QueuedRun } from '../../../shared/run/device-queue.ts';
import { type FoundNote, type NotePlace, Notes } from './notes.ts';

const queuedSchema = z.object({
  position: z.number().nonnegative(),
  /** ISO time. */
  since: z.string().max(40),
  devices: z.array(deviceRefSchema).max(1_024),
  count: z.number().int().positive(),
  /** Bytes that have to be free on each. */
  memory: z.number().nonnegative(),
  predicted_seconds: z.number().nonnegative().nullable(),
});
type QueuedBody = z.infer<typeof queuedSchema>;

/** A run that waits for devices, of any user. */
export type WaitingNote = QueuedRun & { pipeline: string; since: string; memory: number };

/** The queue of a machine: each waiting run has a note, which its engine writes. */
export class QueueNotes {
  private readonly notes: Notes<QueuedBody>;

  constructor(place: NotePlace) {
    this.notes = new Notes(place, 'queued', queuedSchema);
  }

  /** @returns why other users' Drovers do not see it; null when they do */
  write(of: { run: string; pipeline: string }, body: QueuedBody): string | null {
    const written = this.notes.write(of, 'run', body);
    if ('error' in written) return written.error;
    return this.notes.isShared(written.path) ? null : `${written.path} is read by this user alone`;
  }

  remove(run: string): void {
    this.notes.remove(run, 'run');
  }

  /** Returns the waiting runs of all users whose engines live. */
  read(): WaitingNote[] {
    return this.readNotes().map(waitingOf);
  }

  /** Returns their notes, with who wrote them. */
  readNotes(): FoundNote<QueuedBody>[] {
    return this.notes.read();
  }
}

/** Returns the waiting run that a note says. */
export function waitingOf({ user, writer, body }: FoundNote<QueuedBody>): WaitingNote {
  return { run: writer.run, pipeline: writer.pipeline, user, ...body };
}
