import { app, BrowserWindow, dialog, type MessageBoxOptions } from 'electron';
import type { Engine } from '../engine/engine-api.ts';
import { handOver } from './hand-over.ts';

const BY = 'the window was closed';

type Choice = 'keep' | 'stop' | 'cancel';
/** The answers in the order of the dialog's buttons. */
const CHOICES: readonly Choice[] = ['keep', 'stop', 'cancel'];

/**
 * Ends the engine before the app goes. While runs of this window are under way it asks once what is to become of them.
 * @param end ends what the app has started beside the engine
 */
export function guardQuit(engine: Engine, keepRunning: (run: string) => Promise<string | null>, end: () => void): void {
  let state: 'open' | 'asking' | 'ended' = 'open';
  const leave = async (): Promise<void> => {
    const runs = await runsUnderWay(engine);
    const choice = runs.length === 0 ? 'stop' : await ask(runs.length);
    if (choice === 'cancel') {
      state = 'open';
      return;
    }
    await engine.stopOwnedRuns({ force: false, by: BY });
    const failures = choice === 'keep' ? await handOver(runs, keepRunning) : [];
    for (const failure of failures) dialog.showErrorBox('A run does not go on in the background', failure);
    end();
    await engine.close();
    state = 'ended';
    app.quit();
  };
  app.on('before-quit', (event) => {
    if (state === 'ended') return;
    event.preventDefault();
    if (state === 'asking') return;
    state = 'asking';
    leave().catch((error: unknown) => {
      dialog.showErrorBox('Drover did not end in order', error instanceof Error ? error.message : String(error));
      app.exit(1);
    });
  });
}

/** Owned runs that nobody has asked to stop: one that is stopping, or has ended and is being let go, is not to go on afterwards. */
async function runsUnderWay(engine: Engine): Promise<string[]> {
  const owned = engine.ownedRuns();
  const answers = await Promise.all(owned.map((run) => engine.runStatus({ run })));
  return owned.filter((_, index) => {
    const answer = answers[index];
    return answer?.ok === true && (answer.value.status === 'running' || answer.value.status === 'pending');
  });
}

async function ask(runs: number): Promise<Choice> {
  const options: MessageBoxOptions = {
    type: 'question',
    title: 'Runs are under way',
    message: runs === 1 ? 'A run is under way.' : `${runs} runs are under way.`,
    detail:
      'They can go on in the background without this window. The files that are being worked on now begin again; whatever is done stays.',
    buttons: ['Keep running', runs === 1 ? 'Stop the run' : 'Stop the runs', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
  };
  const [window] = BrowserWindow.getAllWindows();
  const { response } = await (window === undefined
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(window, options));
  return CHOICES[response] ?? 'cancel';
}
