import { shortDate } from '../../shared/format.ts';
import { queueWish } from '../../shared/run/device-queue.ts';
import type { QueueState } from '../../shared/run/run-model.ts';
import { useEngine } from '../engine-client/use-engine.ts';
import { useNow } from '../parts/use-now.ts';
import { expectedWords } from '../queue/queue-words.ts';
import { useQueue } from '../queue/use-queue.ts';
import { WaitReasons } from '../queue/wait-reasons.tsx';
import { goTo } from '../store/layout-store.ts';

interface QueueNoteProps {
  run: string;
  /** What its journal says that it waits for. */
  queue: QueueState;
}

/** Explains what a queued run waits for, and which place it has. */
export function QueueNote({ run, queue }: QueueNoteProps) {
  const { runs, problem } = useQueue(useEngine());
  const now = useNow(true);
  const index = runs?.findIndex((one) => one.run === run) ?? -1;
  const waiting = runs?.[index];
  return (
    <div className="run-pause run-queued">
      <span aria-hidden="true">◌</span>
      <div>
        <p role="status">
          <strong>
            Queued for {queueWish(queue)}
            {waiting === undefined ? '' : `, place ${index + 1} of ${runs?.length ?? 0}`}.
          </strong>{' '}
          Since <span className="number">{shortDate(queue.since, now)}</span>
          {waiting !== undefined && (
            <>
              {' '}
              · <span className="number">{expectedWords(waiting.expected, now)}</span>
            </>
          )}
        </p>
        {waiting !== undefined && <WaitReasons waits={waiting.waits} />}
        {problem !== null && <p className="caution">{problem.message}</p>}
      </div>
      <button type="button" className="small" onClick={() => goTo({ page: 'devices' })}>
        Show the queue
      </button>
    </div>
  );
}
