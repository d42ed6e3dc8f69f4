import { type DragEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import type { QueuePlace, WaitingRun } from '../../shared/contract/machine.ts';
import { shortDate } from '../../shared/format.ts';
import { queueWish } from '../../shared/run/device-queue.ts';
import { RunLink } from '../parts/run-link.tsx';
import { expectedWords } from './queue-words.ts';
import { WaitReasons } from './wait-reasons.tsx';

interface QueueRowProps {
  waiting: WaitingRun;
  /** From 1. */
  place: number;
  /** Milliseconds since 1970. */
  now: number;
  /** The run that is dragged now. */
  dragged: string | null;
  /** Where its buttons move it; null where they cannot. */
  places: { up: QueuePlace | null; down: QueuePlace | null };
  onMove: (to: QueuePlace | null) => void;
  onTakeOut: () => void;
  onDrag: (run: string | null) => void;
  /** Something is dropped on it, on its lower half if `isBehind`. */
  onDrop: (isBehind: boolean) => void;
}

/** One waiting run: its place, what it waits for, and for one's own the means to move it. */
export function QueueRow(props: QueueRowProps) {
  const { waiting, place, now, dragged, places, onMove, onTakeOut, onDrag, onDrop } = props;
  const { run, name, pipeline, user, since, waits } = waiting;
  const isOwn = user === null;
  const [over, setOver] = useState<'before' | 'behind' | null>(null);
  const isBehind = ({ currentTarget, clientY }: DragEvent): boolean => {
    const { top, height } = currentTarget.getBoundingClientRect();
    return clientY > top + height / 2;
  };
  return (
    <li
      className="queue-row"
      aria-label={`Place ${place}: ${name ?? run}`}
      draggable={isOwn}
      data-dragged={dragged === run}
      data-over={dragged === null || dragged === run ? undefined : (over ?? undefined)}
      onDragStart={(event) => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', run);
        onDrag(run);
      }}
      onDragEnd={() => onDrag(null)}
      onDragOver={(event) => {
        // Files from outside are not for this list.
        if (dragged === null) return;
        event.preventDefault();
        setOver(isBehind(event) ? 'behind' : 'before');
      }}
      onDragLeave={() => setOver(null)}
      onDrop={(event) => {
        if (dragged === null) return;
        event.preventDefault();
        setOver(null);
        onDrop(isBehind(event));
      }}
    >
      <span className="queue-place number" aria-hidden="true">
        {place}
      </span>
      <div className="queue-facts">
        <p className="queue-run">
          <RunLink run={run} isOwn={isOwn} />
          {name !== null && <span className="number muted">{run}</span>}
        </p>
        <p className="queue-details">
          {pipeline} · {isOwn ? 'yours' : `of ${user}`} · queued <span className="number">{shortDate(since, now)}</span>{' '}
          · <span className="number">{expectedWords(waiting.expected, now)}</span>
        </p>
        <p className="queue-waits">Waits for {queueWish(waiting)}</p>
        <WaitReasons waits={waits} />
      </div>
      {isOwn && (
        <div className="queue-actions">
          <MoveButton label={`Move ${name ?? run} up`} to={places.up} place={place} onMove={onMove}>
            ↑
          </MoveButton>
          <MoveButton label={`Move ${name ?? run} down`} to={places.down} place={place} onMove={onMove}>
            ↓
          </MoveButton>
          <button
            type="button"
            className="small danger"
            aria-label={`Take ${name ?? run} out of the queue`}
            onClick={onTakeOut}
          >
            Take out…
          </button>
        </div>
      )}
    </li>
  );
}

interface MoveButtonProps {
  label: string;
  to: QueuePlace | null;
  /** The place of its row. */
  place: number;
  onMove: (to: QueuePlace | null) => void;
  children: ReactNode;
}

/** Moves a run. It keeps the focus with the run, so that it can be pressed again. */
function MoveButton({ label, to, place, onMove, children }: MoveButtonProps) {
  const button = useRef<HTMLButtonElement>(null);
  const isPressed = useRef(false);
  useEffect(() => {
    // A row that is put elsewhere in the page loses the focus.
    if (isPressed.current && place > 0 && document.activeElement === document.body) button.current?.focus();
    isPressed.current = false;
  }, [place]);
  return (
    <button
      ref={button}
      type="button"
      className="small"
      aria-label={label}
      title={label}
      aria-disabled={to === null}
      onClick={() => {
        isPressed.current = true;
        onMove(to);
      }}
    >
      {children}
    </button>
  );
}
