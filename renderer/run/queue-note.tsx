import { queueWish } from '../../shared/run/device-queue.ts';
import type { RunState } from '../../shared/run/run-model.ts';
import { useQueue } from '../devices/use-queue.ts';
import { useEngine } from '../engine-client/use-engine.ts';

/** Explains what a queued run waits for, and which place it has. */
export function QueueNote({ run, state }: { run: string; state: RunState }) {
  const { runs } = useQueue(useEngine());
  const index = runs?.findIndex((one) => one.run === run) ?? -1;
  const found = runs?.[index];
  return (
    <p className="run-pause run-queued" role="status">
      <span aria-hidden="true">◌</span>
      <span>
        <strong>
          Queued{state.queue === null ? '' : ` for ${queueWish(state.queue)}`}
          {found === undefined ? '' : `, place ${index + 1} of ${runs?.length ?? 0}`}.
        </strong>{' '}
        {(found?.waits ?? []).join('; ')}
      </span>
    </p>
  );
}
