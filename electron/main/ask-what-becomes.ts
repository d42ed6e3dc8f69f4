import { BrowserWindow, dialog, type MessageBoxOptions } from 'electron';
import type { DesktopSettings } from './desktop-settings.ts';

/** What happens to the active runs. */
export type Choice = 'keep' | 'stop' | 'cancel';
/** The answers in the order of the dialog's buttons. */
const CHOICES: readonly Choice[] = ['keep', 'stop', 'cancel'];

/** Returns what happens to the active runs: asks the person once, then uses the settings. */
export async function askWhatBecomes(runs: number, settings: DesktopSettings): Promise<Choice> {
  const { onClose } = settings.current;
  if (onClose !== 'ask') return onClose;
  const { choice, remember } = await ask(runs);
  if (choice !== 'cancel' && remember) await settings.change({ onClose: choice });
  return choice;
}

async function ask(runs: number): Promise<{ choice: Choice; remember: boolean }> {
  const options: MessageBoxOptions = {
    type: 'question',
    title: 'Runs are under way',
    message: runs === 1 ? 'A run is under way.' : `${runs} runs are under way.`,
    detail:
      'Kept runs continue in the tray and, after quitting, in the background; their workers are not disturbed. You can change your choice later in the settings.',
    buttons: ['Keep running', runs === 1 ? 'Stop the run' : 'Stop the runs', 'Cancel'],
    defaultId: 0,
    cancelId: 2,
    noLink: true,
    checkboxLabel: 'Do not ask again',
    checkboxChecked: true,
  };
  const window = BrowserWindow.getAllWindows().find((one) => one.isVisible());
  const { response, checkboxChecked } = await (window === undefined
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(window, options));
  return { choice: CHOICES[response] ?? 'cancel', remember: checkboxChecked };
}
