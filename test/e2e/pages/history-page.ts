import type { Locator, Page } from '@playwright/test';

/** The history of all runs, as a person sees and uses it. */
export class HistoryPage {
  readonly page: Page;
  readonly view: Locator;
  readonly search: Locator;
  readonly pipeline: Locator;
  readonly state: Locator;
  /** What can be done with the runs that are chosen. */
  readonly tools: Locator;
  readonly table: Locator;
  readonly dialog: Locator;

  constructor(page: Page) {
    this.page = page;
    this.view = page.getByRole('region', { name: 'History' });
    this.search = this.view.getByRole('searchbox');
    this.pipeline = this.view.getByRole('combobox', { name: 'Pipeline' });
    this.state = this.view.getByRole('combobox', { name: 'State' });
    this.tools = this.view.getByRole('toolbar', { name: 'Chosen runs' });
    this.table = this.view.getByRole('region', { name: 'Runs' });
    this.dialog = page.getByRole('dialog');
  }

  async open(): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'History' }).click();
  }

  /** The row of a run, by its name. */
  row(name: string): Locator {
    return this.rows.filter({ has: this.page.getByRole('button', { name, exact: true }) });
  }

  /** The rows that exist now; of very many runs those in view. */
  get rows(): Locator {
    return this.table.locator('tbody').getByRole('row');
  }

  async choose(name: string): Promise<void> {
    await this.view.getByRole('checkbox', { name: `Choose ${name}`, exact: true }).check();
  }

  tool(name: string): Locator {
    return this.tools.getByRole('button', { name, exact: true });
  }
}
