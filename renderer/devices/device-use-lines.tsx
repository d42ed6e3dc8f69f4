import './device-use-lines.css';
import type { DeviceLease } from '../../shared/contract/machine.ts';
import { type DeviceUse, idleWords, processWords } from '../../shared/device-use.ts';
import { shortDate } from '../../shared/format.ts';
import { RunLink } from '../parts/run-link.tsx';

interface DeviceUseLinesProps {
  use: DeviceUse;
  /** Milliseconds since 1970. */
  now: number;
  /** Whether its processes stand in a table below. */
  isBrief?: boolean;
}

/** Who uses a device: a line for each run that has it, and one for other programs; or that it is free. */
export function DeviceUseLines({ use, now, isBrief = false }: DeviceUseLinesProps) {
  const { leases, workers, others } = use;
  const isIdle = leases.length === 0 && workers.length === 0 && others.length === 0;
  return (
    <ul className="device-use">
      {isIdle && <li className={use.unexplained > 0 ? 'caution' : 'idle'}>{idleWords(use)}</li>}
      {leases.map((lease) => (
        <LeaseLine key={lease.run} lease={lease} now={now} />
      ))}
      {workers.length > 0 && (
        <li className="caution">
          Used by workers of a run that has no lease on it{!isBrief && `: ${workers.map(processWords).join(', ')}`}
        </li>
      )}
      {others.length > 0 && (
        <li className="caution">
          Used by {others.length === 1 ? 'another program' : `${others.length} other programs`}
          {!isBrief && `: ${others.map(processWords).join(', ')}`}
        </li>
      )}
    </ul>
  );
}

function LeaseLine({ lease, now }: { lease: DeviceLease; now: number }) {
  const { run, pipeline, user, since, until, shared } = lease;
  return (
    <li>
      Used by run <RunLink run={run} isOwn={user === null} /> ({pipeline}){user !== null && ` of ${user}`}, since{' '}
      <span className="number">{shortDate(since, now)}</span>
      {until !== null && (
        <>
          , until about <span className="number">{shortDate(until, now)}</span>
        </>
      )}
      {shared && ', shared'}
    </li>
  );
}
