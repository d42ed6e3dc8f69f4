import { expect, type Locator, type Page } from '@playwright/test';

/** The page of settings as a person sees and uses it. */
export class SettingsPage {
  private readonly page: Page;
  readonly theme: Locator;
  readonly grace: Locator;
  readonly interpreter: Locator;

  private constructor(page: Page) {
    this.page = page;
    this.theme = page.getByLabel('Theme');
    this.grace = this.field('Stop grace period');
    this.interpreter = page.getByRole('textbox', { name: 'Python interpreter' });
  }

  static async open(page: Page): Promise<SettingsPage> {
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('button', { name: 'Settings' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible();
    return new SettingsPage(page);
  }

  field(label: string): Locator {
    return this.page.getByRole('textbox', { name: label });
  }

  /** The line under a field. */
  noteOf(id: string): Locator {
    return this.page.locator(`#${id}-note`);
  }

  /** A row of the table of programs. */
  tool(name: string): Locator {
    return this.page.getByRole('row').filter({ hasText: name });
  }
}
