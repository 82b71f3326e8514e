import { type Page, expect, test } from '@playwright/test';
import { Api, type Order } from '../support/api';
import { standing, waitFor } from '../support/buying';
import { ADMIN, CUSTOMER, newEmail, signIn } from '../support/people';

/** The row of an order in the list. */
const row = (page: Page, order: Order) => page.getByRole('row').filter({ hasText: `#${order.number}` });

/** What one may press on an order's page, in the page's order. */
async function commands(page: Page): Promise<string[]> {
  const bar = page.locator('.command-bar');
  const buttons = bar.locator('.button:not(dialog *)');
  return (await buttons.allInnerTexts()).map((text) => text.trim());
}

test('orders are found by their words and narrowed down by state', async ({ page, request }) => {
  const api = new Api(request);
  const [sku, email] = [await api.createGoods(10), newEmail()];
  const [paid, packing] = [await api.placeOrder(sku, email), await api.placeOrder(sku, email)];
  await api.setStatus(packing, 'processing');
  await signIn(page, ADMIN);
  await page.goto('/admin/orders');

  await page.getByRole('searchbox', { name: 'Search orders' }).fill(email);
  await page.getByRole('searchbox', { name: 'Search orders' }).press('Enter');
  await expect(row(page, paid)).toContainText('Robin Okafor');
  await expect(row(page, paid)).toContainText('Paid');
  await expect(row(page, packing)).toContainText('Packing');

  const filter = page.getByRole('navigation', { name: 'Orders by state' });
  await filter.getByRole('link', { name: 'Packing' }).click();
  await expect(filter.locator('[aria-current]')).toHaveText('Packing');
  await expect(row(page, packing)).toBeVisible();
  await expect(row(page, paid)).toHaveCount(0);

  await filter.getByRole('link', { name: 'Delivered' }).click();
  await expect(page.getByRole('heading', { name: 'No order has these words' })).toBeVisible();
  await page.getByRole('link', { name: 'Show all orders' }).click();
  await expect(page).toHaveURL('/admin/orders');
});

test('an order is found by its number, its SKU and its tracking number', async ({ page, request }) => {
  const api = new Api(request);
  const sku = await api.createGoods(10);
  const order = await api.placeOrder(sku, newEmail());
  const trackingNumber = `TRACK${order.number}${Date.now()}`;
  await api.ship(order, trackingNumber);
  await signIn(page, ADMIN);

  for (const words of [`#${order.number}`, sku, trackingNumber]) {
    await page.goto(`/admin/orders?q=${encodeURIComponent(words)}`);
    await expect(row(page, order)).toBeVisible();
  }
});

test('a long list goes on to older orders, and back', async ({ page, request }) => {
  test.slow();
  const api = new Api(request);
  const [sku, email] = [await api.createGoods(100), newEmail()];
  const orders: Order[] = [];
  for (let count = 0; count < 52; count += 1) {
    orders.push(await api.placeUnpaidOrder(sku, email));
  }
  await signIn(page, ADMIN);
  await page.goto(`/admin/orders?q=${email}`);
  await expect(page.getByRole('row')).toHaveCount(51);

  await page.getByRole('link', { name: 'Older' }).click();
  await expect(page.getByRole('row')).toHaveCount(3);
  await expect(row(page, orders[0])).toBeVisible();
  await expect(page.getByRole('link', { name: 'Older' })).toHaveCount(0);

  await page.getByRole('link', { name: 'Newest' }).click();
  await expect(row(page, orders[51])).toBeVisible();
});

test('an order offers what its state allows, and nothing else', async ({ page, request }) => {
  const api = new Api(request);
  const sku = await api.createGoods(10);
  const [order, unpaid] = [await api.placeOrder(sku, newEmail(), 2), await api.placeUnpaidOrder(sku, newEmail())];
  await signIn(page, ADMIN);

  await page.goto(`/admin/orders/${unpaid.id}`);
  expect(await commands(page)).toEqual(['Mark as failed', 'Cancel order', 'Confirm order']);
  await page.goto(`/admin/orders/${order.id}`);
  expect(await commands(page)).toEqual(['Mark as failed', 'Cancel order', 'Refund', 'Start packing']);
  await page.getByRole('button', { name: 'Start packing' }).click();
  await expect(standing(page, 'Packing')).toBeVisible();
  expect(await commands(page)).toEqual(['Mark as failed', 'Cancel order', 'Refund', 'Ship 2 things']);
  await api.ship(order, 'T-1');
  await page.reload();
  expect(await commands(page)).toEqual(['Refund', 'Mark as delivered']);
  await page.getByRole('button', { name: 'Mark as delivered' }).click();
  await expect(standing(page, 'Delivered')).toBeVisible();
  expect(await commands(page)).toEqual(['Refund', 'Complete order']);
  await page.getByRole('button', { name: 'Complete order' }).click();
  await expect(standing(page, 'Completed')).toBeVisible();
  expect(await commands(page)).toEqual(['Refund']);
});

test('cancelling says what it will do, and does it', async ({ page, request }) => {
  const api = new Api(request);
  const order = await api.placeOrder(await api.createGoods(3), newEmail(), 2);
  await signIn(page, ADMIN);
  await page.goto(`/admin/orders/${order.id}`);

  await page.getByRole('button', { name: 'Cancel order' }).click();
  const question = page.getByRole('dialog', { name: `Cancel order: #${order.number}` });
  await expect(question).toContainText('Puts 2 things back on the shelf and pays $22.00 back. This can’t be undone.');
  await question.getByRole('button', { name: 'Leave it as it is' }).click();
  await expect(question).toBeHidden();
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await question.getByLabel('Reason').fill('The glaze is cracked');
  await question.getByRole('button', { name: 'Cancel and refund $22.00' }).click();

  await waitFor(page, 'Refunded');
  await expect(page.getByText('The glaze is cracked')).toBeVisible();
  await expect(page.getByText('Refund sent')).toBeVisible();
});

test('whoever acts on what is outdated is told, and nothing happens', async ({ page, request }) => {
  const api = new Api(request);
  const order = await api.placeOrder(await api.createGoods(3), newEmail());
  await signIn(page, ADMIN);
  await page.goto(`/admin/orders/${order.id}`);
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await api.setStatus(order, 'processing');

  await page.getByRole('button', { name: 'Cancel and refund $11.00' }).click();

  await expect(page.getByRole('alert')).toContainText('Somebody else changed this first');
  await expect(standing(page, 'Packing')).toBeVisible();
});

test('a parcel needs a carrier and a number', async ({ page, request }) => {
  const api = new Api(request);
  const order = await api.placeOrder(await api.createGoods(3), newEmail());
  await signIn(page, ADMIN);
  await page.goto(`/admin/orders/${order.id}`);
  await page.getByLabel('Carrier').fill('UPS');
  await page.getByLabel('Tracking number').fill('   ');
  await page.getByRole('button', { name: 'Ship what is left, 1 thing' }).click();

  await expect(page.getByLabel('Tracking number')).toHaveAccessibleDescription(/is missing/);
  await expect(page.getByLabel('Carrier')).toHaveValue('UPS');
  await page.getByLabel('Tracking number').fill('1Z999');
  await page.getByRole('button', { name: 'Ship what is left, 1 thing' }).click();

  await expect(standing(page, 'On its way')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Track at UPS' })).toBeVisible();
});

test('stock is counted anew', async ({ page, request }) => {
  const api = new Api(request);
  const sku = await api.createGoods(3);
  await signIn(page, ADMIN);
  await page.goto('/admin/products');
  const product = page.getByRole('row').filter({ hasText: sku });
  while (!(await product.isVisible())) {
    await page.getByRole('link', { name: 'More' }).click();
  }
  await expect(product).toContainText('3, low');

  await product.getByLabel(/^On hand/).fill('40');
  await product.getByRole('button', { name: /^Set/ }).click();

  await expect(page.getByRole('status').filter({ hasText: 'The stock is saved' })).toBeVisible();
  await page.goto(`/products/${sku}`);
  await expect(page.getByText('In stock', { exact: true })).toBeVisible();
});

test('on a phone the menu is behind a button', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await signIn(page, ADMIN);
  await page.goto('/admin/orders');
  const menu = page.getByRole('navigation', { name: 'Admin' });
  await expect(menu).toBeHidden();

  await page.getByRole('button', { name: 'Menu' }).click();
  await menu.getByRole('link', { name: 'Products and stock' }).click();

  await expect(page.getByRole('heading', { level: 1, name: 'Products and stock' })).toBeVisible();
});

test('the dashboard is for those who work here', async ({ page }) => {
  for (const path of ['/admin/orders', '/admin/products', '/admin/orders/0190a0a0-0000-7000-8000-000000000000']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(401);
    await expect(page.getByRole('heading', { name: 'Sign in to see this' })).toBeVisible();
    const link = await page.getByRole('link', { name: 'Sign in' }).getAttribute('href');
    expect(decodeURIComponent(link ?? '')).toBe(`/sign-in?next=${path}`);
  }

  await signIn(page, CUSTOMER);

  for (const path of ['/admin/orders', '/admin/products']) {
    const answer = await page.goto(path);
    expect(answer?.status(), path).toBe(403);
    await expect(page.getByRole('heading', { name: 'This page is not for your account' })).toBeVisible();
    await expect(page.getByRole('navigation', { name: 'Admin' })).toHaveCount(0);
  }
});
