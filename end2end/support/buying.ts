import { type Locator, type Page, expect } from '@playwright/test';
import { newEmail } from './people';

/** Cards of the sandbox. */
export const GOOD_CARD = '4242 4242 4242 4242';
export const DECLINED_CARD = '4000 0000 0000 0002';

export async function addToCart(page: Page, product: string) {
  await page.goto(`/products/${product}`);
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await expect(page.getByRole('heading', { name: 'Your cart' })).toBeVisible();
}

/** Fills the checkout in, all but the card. */
export async function fillCheckout(page: Page, email = newEmail()): Promise<string> {
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Full name').fill('Robin Okafor');
  if (await page.getByLabel('Street and number').isVisible()) {
    await page.getByLabel('Street and number').fill('218 Alder Street');
    await page.getByLabel('City').fill('Portland');
    await page.getByLabel('State', { exact: true }).selectOption('Oregon');
    await page.getByLabel('ZIP code').fill('97205');
  }
  return email;
}

export async function pay(page: Page, card = GOOD_CARD) {
  await page.getByLabel('Card number').fill(card);
  await page.getByRole('button', { name: /^Pay/ }).click();
}

/** Buys what is in the cart, up to the order's page. */
export async function buy(page: Page, card = GOOD_CARD): Promise<string> {
  await page.goto('/checkout');
  const email = await fillCheckout(page);
  await pay(page, card);
  await expect(page).toHaveURL(/\/order\/[0-9a-f-]+/);
  return email;
}

/** Where an order's page says how the order stands. */
export function standing(page: Page, word: string): Locator {
  return page.locator('#order-head').getByText(word, { exact: true });
}

/** Looks at an order's page again and again, until the order stands so: a bank may take its time. */
export async function waitFor(page: Page, word: string) {
  await expect(async () => {
    if (!(await standing(page, word).isVisible())) {
      await page.reload();
    }
    await expect(standing(page, word)).toBeVisible({ timeout: 1_000 });
  }).toPass();
}

/** The id of the order whose page is open. */
export function orderId(page: Page): string {
  return new URL(page.url()).pathname.split('/').at(-1) ?? '';
}
