import type { LaunchCheck } from '../../shared/contract/launch.ts';

const SUBJECTS: Record<LaunchCheck['subject'], string> = {
  inputs: 'Inputs',
  devices: 'Devices',
  command: 'Command',
  imports: 'Modules',
  memory: 'Memory',
  disk: 'Disk',
  outputs: 'Outputs',
};

/** What was checked before the start; what is not as it should be stands first. */
export function LaunchChecks({ checks }: { checks: readonly LaunchCheck[] }) {
  const sorted = checks.toSorted((a, b) => Number(a.state === 'good') - Number(b.state === 'good'));
  return (
    <section className="launch-checks" aria-labelledby="checks-title">
      <h3 id="checks-title">Checks</h3>
      <dl>
        {sorted.map(({ subject, state, message, advice }) => (
          <div key={`${subject} ${message}`} className={state}>
            <dt>
              <span aria-hidden="true">{state === 'good' ? '✓' : '!'}</span> {SUBJECTS[subject]}
              <span className="unseen">{state === 'good' ? ', as it should be' : ', to be looked at'}</span>
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
