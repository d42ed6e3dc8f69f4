import type { ElectronApplication } from '@playwright/test';

/** The buttons of the question that is asked when the app is closed while a run is under way. */
export type Answer = 'keep' | 'stop' | 'cancel';
const BUTTONS: readonly Answer[] = ['keep', 'stop', 'cancel'];

/** The app around the page: what the desktop shows of it, and what a person answers it. */
export class Desktop {
  readonly electron: ElectronApplication;
  private isOpen = true;

  constructor(electron: ElectronApplication) {
    this.electron = electron;
    electron.once('close', () => {
      this.isOpen = false;
    });
  }

  /** Answers every question from now on; how often it was asked is counted from 0. */
  async answerWith(answer: Answer): Promise<void> {
    await this.electron.evaluate(({ dialog }, response) => {
      Object.assign(globalThis, { questions: 0 });
      dialog.showMessageBox = () => {
        Object.assign(globalThis, { questions: 1 + Number(Reflect.get(globalThis, 'questions')) });
        return Promise.resolve({ response, checkboxChecked: false });
      };
    }, BUTTONS.indexOf(answer));
  }

  /** How many questions were asked since `answerWith`. */
  questions(): Promise<unknown> {
    return this.electron.evaluate(() => Reflect.get(globalThis, 'questions') as unknown);
  }

  /** Asks the app to quit, as the menu does. */
  async askToQuit(): Promise<void> {
    await this.electron.evaluate(({ app }) => app.quit());
  }

  /** Quits the app and waits until it is gone. */
  async quit(): Promise<void> {
    const closed = this.electron.waitForEvent('close');
    await this.askToQuit();
    await closed;
  }

  /** Ends the app if it is still there; a run that is still under way is stopped and not handed over. */
  async close(): Promise<void> {
    if (!this.isOpen) return;
    await this.answerWith('stop');
    await this.electron.close();
  }
}
