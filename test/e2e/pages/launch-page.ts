import type { Locator, Page } from '@playwright/test';

/** The form that starts a run, as a person sees and uses it. */
export class LaunchPage {
  readonly page: Page;
  readonly form: Locator;
  readonly start: Locator;
  readonly useSamples: Locator;
  readonly copyCommand: Locator;
  readonly inputs: Locator;
  readonly addPath: Locator;
  /** Which files each rank would get. */
  readonly assignment: Locator;
  /** The dialog that shows the folders of the engine's machine. */
  readonly fileBrowser: Locator;

  constructor(page: Page) {
    this.page = page;
    this.form = page.getByRole('form', { name: 'New run' });
    this.start = this.form.getByRole('button', { name: 'Start run' });
    this.useSamples = this.form.getByRole('button', { name: 'Use the sample files' });
    this.copyCommand = this.form.getByRole('button', { name: 'Copy as command' });
    this.inputs = this.form.getByRole('list', { name: 'Files and folders to work on' });
    this.addPath = this.form.getByLabel('Path of a file or folder');
    this.assignment = this.form.getByRole('region', { name: 'Assignment' });
    this.fileBrowser = page.getByRole('dialog', { name: 'Add files and folders' });
  }

  /** The control with a label. */
  field(label: string): Locator {
    return this.form.getByLabel(label, { exact: true });
  }

  /** The rows of the assignment, one per rank. */
  get ranks(): Locator {
    return this.assignment.getByRole('row').filter({ has: this.page.getByRole('img') });
  }
}
