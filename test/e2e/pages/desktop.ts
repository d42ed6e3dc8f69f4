import type { ElectronApplication } from '@playwright/test';
import { patience } from '../../helpers/patience.ts';

/** The buttons of the question that is asked when the app is closed while a run is under way. */
export type Answer = 'keep' | 'stop' | 'cancel';
/**
 * How long the app may take to be gone (milliseconds on an idle machine). Before it goes it lets go of its runs and waits until other engines
 * have them, each for as long as the app itself grants: together that is longer than Playwright waits by itself.
 */
const QUIT_MS = 60_000;
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
      Object.assign(globalThis, { questions: 0, boxes: [] });
      dialog.showErrorBox = (title, content) => {
        const boxes = Reflect.get(globalThis, 'boxes') as string[];
        boxes.push(`${title}: ${content}`);
      };
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

  /** What the app said in boxes since `answerWith`. */
  private async boxes(): Promise<string> {
    const boxes = await this.electron.evaluate(() => Reflect.get(globalThis, 'boxes') as string[]);
    return boxes.length === 0 ? 'nothing' : boxes.join('; ');
  }

  /** Asks the app to quit, as the menu does. */
  async askToQuit(): Promise<void> {
    await this.electron.evaluate(({ app }) => app.quit());
  }

  /** Quits the app and waits until it is gone. */
  async quit(): Promise<void> {
    const closed = this.electron.waitForEvent('close', { timeout: patience(QUIT_MS) });
    await this.askToQuit();
    await closed.catch(async (error: unknown) => {
      throw new Error(`The app did not close; it says: ${await this.boxes()}`, { cause: error });
    });
  }

  /** Ends the app if it is still there; a run that is still under way is stopped and not handed over. */
  async close(): Promise<void> {
    if (!this.isOpen) return;
    await this.answerWith('stop');
    await this.electron.close();
  }
}
