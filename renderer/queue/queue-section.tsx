import './queue-section.css';
import { useState } from 'react';
import type { QueuePlace, WaitingRun } from '../../shared/contract/machine.ts';
import { neighbouringPlace } from '../../shared/run/device-queue.ts';
import { ProblemNote } from '../parts/problem-note.tsx';
import { useNow } from '../parts/use-now.ts';
import { placeBefore } from './queue-order.ts';
import { QueueRow } from './queue-row.tsx';
import { TakeOutDialog } from './take-out-dialog.tsx';
import { type QueueClient, useQueue } from './use-queue.ts';

/** The name of the requester in the run's journal. */
const BY = 'window';

/** The runs that wait for devices, in the order in which they start. One's own can be moved and taken out. */
export function QueueSection({ client }: { client: QueueClient }) {
  const { runs, problem, isBusy, change } = useQueue(client);
  const now = useNow(true);
  const [said, setSaid] = useState('');
  const [leaving, setLeaving] = useState<WaitingRun | null>(null);
  const [dragged, setDragged] = useState<string | null>(null);
  if (runs === null) return problem === null ? null : <ProblemNote problem={problem} />;

  const move = async ({ run, name }: WaitingRun, to: QueuePlace | null): Promise<void> => {
    if (to === null || isBusy) return;
    const isMoved = await change((engine) => engine.moveQueued({ run, to }));
    setSaid(isMoved ? `Run ${name ?? run} was moved.` : `Run ${name ?? run} was not moved.`);
  };
  const takeOut = async ({ run, name }: WaitingRun): Promise<void> => {
    setLeaving(null);
    const isOut = await change(async (engine) => {
      const stopped = await engine.stopRun({ run, force: false, by: BY });
      return stopped.ok ? engine.queue({}) : stopped;
    });
    if (isOut) setSaid(`Run ${name ?? run} was taken out of the queue.`);
  };
  const drop = (before: string | null): void => {
    const run = runs.find((one) => one.run === dragged);
    setDragged(null);
    if (run !== undefined) void move(run, placeBefore(runs, run.run, before));
  };
  const own = runs.filter(({ user }) => user === null);
  return (
    <section className="queue" aria-labelledby="queue-title">
      <header>
        <h2 id="queue-title">Queue</h2>
        <p className="muted">{runs.length === 0 ? 'No run waits for devices.' : ORDER}</p>
      </header>
      {problem !== null && <ProblemNote problem={problem} />}
      {runs.length > 0 && (
        <ol>
          {runs.map((one, index) => (
            <QueueRow
              key={one.run}
              waiting={one}
              place={index + 1}
              now={now}
              dragged={dragged}
              places={{ up: neighbouringPlace(own, one.run, -1), down: neighbouringPlace(own, one.run, 1) }}
              onMove={(to) => void move(one, to)}
              onTakeOut={() => setLeaving(one)}
              onDrag={setDragged}
              onDrop={(isBehind) => drop(isBehind ? (runs[index + 1]?.run ?? null) : one.run)}
            />
          ))}
        </ol>
      )}
      <p className="unseen" role="status">
        {said}
      </p>
      {leaving !== null && (
        <TakeOutDialog
          name={leaving.name ?? leaving.run}
          onTakeOut={() => void takeOut(leaving)}
          onClose={() => setLeaving(null)}
        />
      )}
    </section>
  );
}

const ORDER = 'Runs start in this order. One passes another only where that one does not start later because of it.';
