import type { DeviceLease } from '../../../shared/contract/machine.ts';
import { sightingOf } from '../processes/process-table.ts';
import { leaseNotes, leaseOf } from './device-leases.ts';
import type { NotePlace } from './notes.ts';
import { QueueNotes, type WaitingNote, waitingOf } from './queue-notes.ts';

/** Who has the devices of this machine, and who waits for them: all users' runs that go on. */
export interface MachineView {
  leases: DeviceLease[];
  waiting: WaitingNote[];
  /** Returns whether every process that was alive in this view still is. That costs far less than a new view. */
  isCurrent: () => boolean;
}

/** Reads what the Drovers of this machine tell each other. */
export function viewMachine(place: NotePlace): MachineView {
  const leases = leaseNotes(place).read();
  const waiting = new QueueNotes(place).readNotes();
  const live = [...leases, ...waiting]
    .map(({ writer }) => writer)
    .filter((one) => sightingOf(place.table, one) === 'alive');
  return {
    leases: leases.map(leaseOf).map(({ state: _state, ...lease }) => lease),
    waiting: waiting.map(waitingOf),
    isCurrent: () =>
      live.length === leases.length + waiting.length && live.every((one) => sightingOf(place.table, one) === 'alive'),
  };
}
