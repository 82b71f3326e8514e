import { type Browser, type Page, expect } from '@playwright/test';

type Person = { email: string; password: string };

/** Those whom the demo knows. */
export const ADMIN: Person = { email: 'admin@example.com', password: 'admin-demo-password' };
export const CUSTOMER: Person = { email: 'customer@example.com', password: 'customer-demo-password' };

let count = 0;

/** An address that nobody had before, in no other test either. */
export function newEmail(): string {
  count += 1;
  return `guest-${process.pid}-${Date.now()}-${count}@example.com`;
}

export async function signIn(page: Page, { email, password }: Person) {
  await page.goto('/sign-in');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Sign in');
}

/** Somebody else, in a browser of their own. */
export async function another(browser: Browser, person?: Person): Promise<Page> {
  const context = await browser.newContext();
  const page = await context.newPage();
  if (person) {
    await signIn(page, person);
  }
  return page;
}
