import { powerSaveBlocker } from 'electron';

/** Keeps the machine from going to sleep while it is wanted. */
export class SleepBlock {
  private blocker: number | null = null;

  set(wanted: boolean): void {
    if (wanted) this.blocker ??= powerSaveBlocker.start('prevent-app-suspension');
    else if (this.blocker !== null) {
      powerSaveBlocker.stop(this.blocker);
      this.blocker = null;
    }
  }
}
