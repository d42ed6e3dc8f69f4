import type { Page } from '@playwright/test';

/** Notes the errors in a page's console, and those that nobody caught, from now on. */
export function noteTroubles(page: Page): readonly string[] {
  const troubles: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') troubles.push(message.text());
  });
  page.on('pageerror', (error) => troubles.push(error.message));
  return troubles;
}
