import type { Locator, Page } from '@playwright/test';

/** A run in the window, as a person sees and uses it. */
export class RunPage {
  readonly page: Page;
  readonly view: Locator;
  readonly stop: Locator;
  readonly resume: Locator;
  readonly retry: Locator;
  readonly workers: Locator;
  readonly items: Locator;
  readonly dialog: Locator;
  readonly jumpToNewest: Locator;

  constructor(page: Page) {
    this.page = page;
    this.view = page.getByRole('article');
    this.stop = this.view.getByRole('button', { name: 'Stop…' });
    this.resume = this.view.getByRole('button', { name: 'Resume' });
    this.retry = this.view.getByRole('button', { name: /^Retry/ });
    this.workers = this.view.getByRole('table', { name: /^Workers/ });
    this.items = this.view.getByRole('region', { name: 'Items' }).getByRole('row');
    this.dialog = page.getByRole('dialog');
    this.jumpToNewest = this.view.getByRole('button', { name: /Jump to newest/ });
  }

  /** The status beside the run's name. */
  get status(): Locator {
    return this.view.getByRole('banner').or(this.view.locator('header'));
  }

  /** A tool of the log pane that is shown. */
  tool(name: string): Locator {
    return this.view.getByRole('toolbar', { name: 'Log tools' }).getByRole('button', { name, exact: true });
  }

  /** The lines that the log pane shows now. */
  async visibleLines(): Promise<string[]> {
    const text = await this.view.locator('.xterm-rows').innerText();
    return text.split('\n').map((line) => line.replaceAll('\u00a0', ' ').trimEnd());
  }

  /** Terminals that the page holds, shown or not. */
  async terminals(): Promise<number> {
    return this.page.locator('.xterm').count();
  }
}
