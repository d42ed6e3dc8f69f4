import './queue-section.css';
import { useState } from 'react';
import type { EngineClient } from '../../shared/contract/engine-client.ts';
import type { QueuePlace, WaitingRun } from '../../shared/contract/machine.ts';
import { clockTime } from '../../shared/format.ts';
import { neighbouringPlace, queueWish } from '../../shared/run/device-queue.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { goTo } from '../store/layout-store.ts';
import { useQueue } from './use-queue.ts';

/** The runs that wait for devices, in the order in which they start. One's own can be moved and taken out. */
export function QueueSection({ client }: { client: EngineClient }) {
  const { runs, problem, move, remove } = useQueue(client);
  const [dragged, setDragged] = useState<string | null>(null);
  if (problem === null && (runs === null || runs.length === 0)) return null;
  const own = (runs ?? []).filter(({ user }) => user === null);
  const drop = (before: string): void => {
    if (dragged !== null && dragged !== before) move(dragged, { before });
    setDragged(null);
  };
  return (
    <section className="device-queue" aria-labelledby="device-queue-title">
      <h2 id="device-queue-title">Queue</h2>
      {problem !== null && <ProblemNote problem={problem} />}
      <ol>
        {(runs ?? []).map((one) => (
          <li
            key={one.run}
            draggable={one.user === null}
            onDragStart={() => setDragged(one.run)}
            onDragEnd={() => setDragged(null)}
            onDragOver={(event) => one.user === null && dragged !== null && event.preventDefault()}
            onDrop={() => one.user === null && drop(one.run)}
          >
            <RunWords run={one} />
            {one.user === null && (
              <span className="queue-tools">
                <MoveButton
                  words="Earlier"
                  sign="↑"
                  to={neighbouringPlace(own, one.run, -1)}
                  onMove={(to) => move(one.run, to)}
                />
                <MoveButton
                  words="Later"
                  sign="↓"
                  to={neighbouringPlace(own, one.run, 1)}
                  onMove={(to) => move(one.run, to)}
                />
                <button type="button" className="plain small" onClick={() => remove(one.run)}>
                  Take out
                </button>
              </span>
            )}
          </li>
        ))}
      </ol>
    </section>
  );
}

function MoveButton({
  words,
  sign,
  to,
  onMove,
}: {
  words: string;
  sign: string;
  to: QueuePlace | null;
  onMove: (to: QueuePlace) => void;
}) {
  return (
    <button
      type="button"
      className="plain small"
      aria-label={words}
      title={words}
      disabled={to === null}
      onClick={() => to !== null && onMove(to)}
    >
      {sign}
    </button>
  );
}

function RunWords({ run: one }: { run: WaitingRun }) {
  const title = one.name ?? one.pipeline;
  const open = (): void => goTo({ page: 'run', run: one.run, step: null, tab: null });
  return (
    <div className="queue-words">
      <p>
        {one.user === null ? (
          <button type="button" className="link inline" title={one.run} onClick={open}>
            {title}
          </button>
        ) : (
          <strong title={one.run}>
            {title} of {one.user}
          </strong>
        )}{' '}
        waits for {queueWish(one)} since {clockTime(one.since)}
        {one.expected === null ? '' : `, expected to start at about ${clockTime(one.expected)}`}
      </p>
      {one.waits.map((text) => (
        <p key={text} className="muted">
          {text}
        </p>
      ))}
    </div>
  );
}
