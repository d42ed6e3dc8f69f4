import { useState } from 'react';
import type { RunListEntry } from '../../shared/contract/runs.ts';
import { plural } from '../../shared/format.ts';
import { call } from '../engine-client/call.ts';
import { ConfirmDialog } from '../parts/confirm-dialog.tsx';
import { ProblemNote } from '../parts/problem-note.tsx';
import { isActive } from '../parts/status-words.ts';
import { DeleteDialog } from './delete-dialog.tsx';
import { possibleActions } from './history-actions.ts';
import { choose } from './history-store.ts';
import { OpenFolder } from './open-folder.tsx';
import { relaunch, useHistoryWork } from './use-history-work.ts';

/** The actions with the chosen runs. The toolbar keeps its place when none is chosen, so that nothing moves. */
export function HistoryToolbar({ chosen }: { chosen: readonly RunListEntry[] }) {
  const { doing, problems, offline, start, dismiss } = useHistoryWork();
  const [deleting, setDeleting] = useState(false);
  const can = possibleActions(chosen);
  const idle = chosen.filter(({ status }) => !isActive(status));
  const busy = doing !== null || offline;
  const button = (title: string, possible: boolean, act: () => void, danger = false) => (
    <button type="button" className={danger ? 'danger' : undefined} disabled={!possible || busy} onClick={act}>
      {title}
    </button>
  );
  return (
    <div className="history-toolbar" role="toolbar" aria-label="Chosen runs">
      <span className="history-chosen number" aria-live="polite">
        {doing ?? chosenText(chosen)}
      </span>
      <OpenFolder run={can.openFolder ? (chosen[0] ?? null) : null} />
      {button('Resume', can.resume, () =>
        start('Resuming', chosen, async (client, { run }) => failure(client.resumeRun({ run, detach: false }))),
      )}
      {button('Retry failed', can.retry, () =>
        start('Retrying', chosen, async (client, { run }) =>
          failure(client.retryRun({ run, items: [], detach: false })),
        ),
      )}
      {button('Run again…', can.runAgain, () =>
        start('Opening', chosen, (client, { run }) => relaunch(client, run, 'again')),
      )}
      {button('Duplicate…', can.runAgain, () =>
        start('Opening', chosen, (client, { run }) => relaunch(client, run, 'duplicate')),
      )}
      {button('Archive', can.archive, () =>
        start(
          'Archiving',
          idle.filter(({ status }) => status !== 'damaged'),
          async (client, { run }) => failure(client.archive({ run })),
        ),
      )}
      {button('Delete…', can.remove, () => setDeleting(true), true)}
      {deleting && (
        <DeleteDialog
          chosen={chosen}
          onClose={() => setDeleting(false)}
          onDelete={() => {
            setDeleting(false);
            choose([]);
            start('Deleting', idle, async (client, { run }) => failure(client.deleteRun({ run })));
          }}
        />
      )}
      {problems.length > 0 && (
        <ConfirmDialog title="That did not work" onClose={dismiss} actions={null}>
          <div className="history-problems">
            {problems.map((problem, index) => (
              // Several runs may have the same problem.
              <ProblemNote key={`${index} ${problem.message}`} problem={problem} />
            ))}
          </div>
        </ConfirmDialog>
      )}
    </div>
  );
}

/** Describes the choice; for one damaged run with its full reason, as its row may be too narrow for it. */
function chosenText(chosen: readonly RunListEntry[]): string {
  const [only] = chosen;
  if (only === undefined) return 'None chosen';
  const count = `${plural(chosen.length, 'run')} chosen`;
  return chosen.length === 1 && only.damage !== null ? `${count}: ${only.damage}` : count;
}

async function failure(answer: Parameters<typeof call>[0]) {
  const done = await call(answer);
  return done.ok ? null : done.error;
}
