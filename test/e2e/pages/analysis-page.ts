import type { Locator, Page } from '@playwright/test';

/** The page that asks questions over all runs and searches their logs. */
export class AnalysisPage {
  readonly page: Page;
  readonly question: Locator;
  readonly ready: Locator;
  readonly ask: Locator;
  readonly answer: Locator;
  readonly searchText: Locator;
  readonly hits: Locator;

  constructor(page: Page) {
    this.page = page;
    this.question = page.getByRole('textbox', { name: 'Question in SQL' });
    this.ready = page.getByRole('combobox', { name: 'Ready-made questions' });
    this.ask = page.getByRole('button', { name: 'Ask', exact: true });
    this.answer = page.getByRole('region', { name: 'Answer' });
    this.searchText = page.getByRole('searchbox', { name: 'Text in the logs of all runs' });
    this.hits = page.getByRole('list', { name: 'Hits' });
  }

  async open(): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Analysis' }).click();
  }

  async openSearch(): Promise<void> {
    await this.page.getByRole('button', { name: 'Search in logs' }).click();
  }
}
