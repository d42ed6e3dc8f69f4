import { count } from '../../shared/format.ts';
import type { StepState } from '../../shared/run/run-model.ts';
import type { Tokens } from '../../shared/run/tokens.ts';

const TOKEN_NAMES: readonly { key: keyof Tokens; title: string }[] = [
  { key: 'input_tokens', title: 'Input tokens' },
  { key: 'output_tokens', title: 'Output tokens' },
  { key: 'cache_read_tokens', title: 'Read from cache' },
  { key: 'cache_creation_tokens', title: 'Written to cache' },
];

/** The totals of each worker: items, starts, and tokens if the logs contain any. */
export function WorkerTotals({ step }: { step: StepState }) {
  const { workers } = step;
  const tokens = TOKEN_NAMES.filter(({ key }) => workers.some((worker) => worker.tokens[key] > 0));
  return (
    <>
      <h2>Workers</h2>
      <div className="metrics-table" role="region" aria-label="Totals of the workers" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Worker</th>
              {['Complete', 'Failed', 'Starts', ...tokens.map(({ title }) => title)].map((title) => (
                <th key={title} scope="col" className="right">
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {workers.map((worker) => (
              <tr key={worker.worker}>
                <th scope="row">Worker {worker.rank}</th>
                {[worker.complete, worker.failed, worker.starts, ...tokens.map(({ key }) => worker.tokens[key])].map(
                  (value, index) => (
                    <td
                      key={['complete', 'failed', 'starts'][index] ?? tokens[index - 3]?.key}
                      className="number right"
                    >
                      {count(value)}
                    </td>
                  ),
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
