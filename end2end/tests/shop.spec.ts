import { type Page, expect, test } from '@playwright/test';
import { Api } from '../support/api';
import { addToCart, buy, fillCheckout, pay, waitFor } from '../support/buying';
import { another, newEmail } from '../support/people';

/** A seat's box on the plan, by what is read out. */
const seat = (page: Page, code: string, note: string) =>
  page.getByRole('checkbox', { name: new RegExp(`^${code}\\s*, ${note.replace(/[$.]/g, '\\$&')}$`) });

test('a search finds things by their words', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('searchbox', { name: 'Search the shop' }).fill('brass');
  await page.getByRole('searchbox', { name: 'Search the shop' }).press('Enter');

  await expect(page).toHaveURL('/?q=brass');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('brass');
  await page.getByRole('link', { name: 'Brass pen' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Brass pen' })).toBeVisible();
  await expect(page.getByText('$42.00')).toBeVisible();
});

test('a search without a result leads on', async ({ page }) => {
  await page.goto('/?q=zeppelin');

  await expect(page.getByRole('heading', { level: 1 })).toContainText('Nothing found for “zeppelin”');
  await page.getByRole('link', { name: 'Show everything' }).click();
  await expect(page).toHaveURL('/');
});

test('one of several variants is bought', async ({ page }) => {
  await page.goto('/products/2');
  await page.getByRole('group', { name: 'Which one' }).getByText('Ink').click();
  await page.getByLabel('Quantity').fill('2');
  await page.getByRole('button', { name: 'Add to cart' }).click();

  await expect(page.getByRole('link', { name: 'Waxed canvas tote, Ink' })).toBeVisible();
  await expect(page.getByLabel('Quantity of Waxed canvas tote, Ink')).toHaveValue('2');
});

test('what is sold out cannot be bought', async ({ page }) => {
  await page.goto('/products/6');

  await expect(page.getByRole('heading', { name: 'Sold out for now' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Add to cart' })).toHaveCount(0);
});

test('the last one goes to whoever pays first', async ({ page, request }) => {
  const api = new Api(request);
  const sku = await api.createGoods(1);
  await addToCart(page, sku);
  await page.goto('/checkout');
  await fillCheckout(page);
  await api.placeOrder(sku, newEmail());

  await pay(page);

  await expect(page.getByRole('alert')).toContainText(/sold out|Not enough/i);
  await page.goto('/cart');
  await expect(page.getByText('Sold out meanwhile')).toBeVisible();
  await page.goto(`/products/${sku}`);
  await expect(page.getByRole('heading', { name: 'Sold out for now' })).toBeVisible();
});

test('seats are chosen, bought, and taken for everybody else', async ({ page, browser, request, javaScriptEnabled }) => {
  const event = await new Api(request).createEvent();
  await page.goto(`/products/${event}`);
  await seat(page, 'A2', '$20.00').check();
  await seat(page, 'B1', '$15.50').check();
  if (javaScriptEnabled) {
    await expect(page.getByText('A2 and B1, 2 seats: $35.50')).toBeVisible();
  }
  await page.getByRole('button', { name: 'Continue with these seats' }).click();
  await expect(page.getByRole('link', { name: /Test concert/ })).toHaveCount(2);

  await buy(page);

  await waitFor(page, 'Paid');
  const tickets = page.getByRole('region', { name: 'Your tickets' }).getByRole('listitem');
  // A ticket's code may have the same letters by chance.
  for (const code of ['A2', 'B1']) {
    await expect(tickets.filter({ has: page.getByText(code, { exact: true }) })).toBeVisible();
  }
  const other = await another(browser);
  await other.goto(`/products/${event}`);
  await expect(seat(other, 'A2', 'taken')).toBeDisabled();
  await expect(seat(other, 'A1', '$20.00')).toBeEnabled();
});

test('nobody goes on without a seat', async ({ page }) => {
  await page.goto('/products/101');
  await page.getByRole('button', { name: 'Continue with these seats' }).click();

  await expect(page.getByRole('alert')).toContainText('Nothing is chosen yet');
});

test('an address that is none says so', async ({ page }) => {
  for (const path of ['/nowhere', '/products/nothing', '/order/0190a0a0-0000-7000-8000-000000000000']) {
    const answer = await page.goto(path);

    expect(answer?.status(), path).toBe(404);
    await expect(page.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
  }
});
