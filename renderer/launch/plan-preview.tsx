import './plan-preview.css';
import type { PreviewProgress } from '../../shared/contract/events.ts';
import type { LaunchCheck, Plan } from '../../shared/contract/launch.ts';
import { deviceLabel } from '../../shared/device.ts';
import { cost, count, duration, plural } from '../../shared/format.ts';
import { balanceInWords, type RankBar, rankBars } from './rank-bars.ts';
import type { Planning, PlanState } from './use-plan.ts';

const SUBJECTS: Record<LaunchCheck['subject'], string> = {
  inputs: 'Inputs',
  devices: 'Devices',
  command: 'Command',
  imports: 'Modules',
  memory: 'Memory',
  disk: 'Disk',
  outputs: 'Outputs',
};

interface PlanPreviewProps {
  state: Planning;
  /** The first problem, which may be out of sight; null when there is none. */
  complaint: string | null;
  /** Shows the field with that problem. */
  onShow: () => void;
}

/** Which files each rank would get, before anything is started. */
export function PlanPreview({ state, complaint, onShow }: PlanPreviewProps) {
  const { plan, checks, asking, progress, cancelled } = state;
  return (
    <section className="plan-preview" aria-labelledby="plan-title" aria-busy={asking}>
      <h2 id="plan-title">Assignment</h2>
      <p className="plan-note muted" role="status">
        {noteOf(state, complaint)}
      </p>
      {complaint !== null && !asking && (
        <button type="button" className="small" onClick={onShow}>
          Show what to fix
        </button>
      )}
      {asking && <PlanProgress progress={progress} onCancel={state.cancel} />}
      {cancelled && (
        <button type="button" className="small" onClick={state.again}>
          Count again
        </button>
      )}
      {plan !== null && (
        <div className={asking ? 'plan outdated' : 'plan'}>
          <PlanTotals plan={plan} />
          <table className="plan-ranks">
            <thead>
              <tr>
                <th scope="col">Rank</th>
                <th scope="col">Device</th>
                <th scope="col">Items</th>
                <th scope="col">Share of the longest</th>
              </tr>
            </thead>
            <tbody>
              {rankBars(plan).map((bar) => (
                <RankRow key={bar.rank.rank} bar={bar} />
              ))}
            </tbody>
          </table>
          <LaunchChecks checks={checks} />
        </div>
      )}
    </section>
  );
}

function noteOf({ plan, asking, cancelled }: PlanState, complaint: string | null): string {
  if (asking) return 'Calculating…';
  if (complaint !== null) return complaint;
  if (cancelled) return 'Counting was cancelled. You can still start the run: the files are then counted at the start.';
  if (plan !== null) return 'How the files would be distributed now; a queue keeps balancing while it runs.';
  return 'Shown once a pipeline and files are given.';
}

function PlanTotals({ plan }: { plan: Plan }) {
  const totals = [
    ['Items', count(plan.items)],
    ['Cost', cost(plan.cost)],
    ['Balance', balanceInWords(plan)],
    ['Time', plan.predicted_seconds === null ? 'not known yet' : `about ${duration(plan.predicted_seconds)}`],
  ] as const;
  return (
    <dl className="plan-totals number">
      {totals.map(([term, value]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function RankRow({ bar: { rank, parts } }: { bar: RankBar }) {
  const end = parts.reduce((sum, { length }) => sum + length, 0);
  return (
    <tr>
      <th scope="row" className="number">
        {rank.rank}
      </th>
      <td className="plan-device" title={rank.device.name}>
        {deviceLabel(rank.device)}
      </td>
      <td className="number">{count(rank.items.length)}</td>
      <td>
        <svg
          className="plan-bar"
          viewBox="0 0 1000 16"
          preserveAspectRatio="none"
          role="img"
          aria-label={`${Math.round(end * 100)} %: ${plural(rank.items.length, 'item')}, cost ${cost(rank.load)}`}
        >
          {parts.map((part) => (
            <rect key={part.from} x={part.from * 1000} y="0" width={part.length * 1000} height="16">
              <title>{part.file ?? `${plural(part.items, 'smaller item')}`}</title>
            </rect>
          ))}
        </svg>
      </td>
    </tr>
  );
}

/** The checks before the start; failed ones come first. */
function LaunchChecks({ checks }: { checks: readonly LaunchCheck[] }) {
  const sorted = checks.toSorted((a, b) => Number(a.state === 'good') - Number(b.state === 'good'));
  return (
    <section className="launch-checks" aria-labelledby="checks-title">
      <h3 id="checks-title">Checks</h3>
      <dl>
        {sorted.map(({ subject, state, message, advice }) => (
          <div key={`${subject} ${message}`} className={state}>
            <dt>
              <span aria-hidden="true">{state === 'good' ? '✓' : '!'}</span> {SUBJECTS[subject]}
              <span className="unseen">{state === 'good' ? ', OK' : ', needs attention'}</span>
            </dt>
            <dd>
              {message}
              {advice !== '' && <span className="field-advice">{advice}</span>}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

interface PlanProgressProps {
  progress: PreviewProgress | null;
  onCancel: () => void;
}

/** The progress of counting the files, if it takes long enough to be seen. */
function PlanProgress({ progress, onCancel }: PlanProgressProps) {
  if (progress === null) return null;
  const { costed, total } = progress;
  return (
    <div className="plan-progress">
      <progress aria-label="Files counted" {...(total === null ? {} : { max: Math.max(1, total), value: costed })} />
      <span className="number muted">{progressWords(progress)}</span>
      <button type="button" className="small" onClick={onCancel}>
        Cancel counting
      </button>
    </div>
  );
}

function progressWords({ found, costed, total }: PreviewProgress): string {
  if (total === null) return `${plural(found, 'file')} found so far`;
  return `${count(costed)} of ${plural(total, 'file')} counted`;
}
