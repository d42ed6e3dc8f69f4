import type { Locator, Page } from '@playwright/test';

/** The window as a person sees and uses it. */
export class AppPage {
  readonly page: Page;
  /** The list of runs at the side. */
  readonly runs: Locator;
  readonly newRun: Locator;

  constructor(page: Page) {
    this.page = page;
    this.runs = page.getByRole('navigation', { name: 'Runs' });
    this.newRun = page.getByRole('complementary', { name: 'Runs' }).getByRole('button', { name: 'New run' });
  }

  /** A run's row in the list, by its name. */
  run(name: string): Locator {
    return this.runs.getByRole('button').filter({ hasText: name });
  }

  async openRun(name: string): Promise<void> {
    await this.run(name).click();
  }

  /** A tab of the run that is shown. */
  tab(name: string): Locator {
    return this.page.getByRole('tab', { name });
  }

  async openTab(name: string): Promise<void> {
    await this.tab(name).click();
  }

  /** The pane of one worker's log. */
  logOf(worker: number): Locator {
    return this.page.getByRole('region', { name: new RegExp(`^Log of worker ${worker}\\b`) });
  }
}
