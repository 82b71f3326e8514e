import { type Page, expect, test } from '@playwright/test';
import { Api } from '../support/api';
import { addToCart, buy, orderId, standing } from '../support/buying';
import { ADMIN, newEmail, signIn } from '../support/people';

/** Waits until the page listens, and would notice it being loaded anew. */
async function listening(page: Page, path: string) {
  const stream = page.waitForResponse((answer) => answer.url().includes('/feed?'));
  const caughtUp = page.waitForResponse((answer) => answer.request().resourceType() === 'fetch' && answer.url().endsWith(path));
  await page.goto(path);
  await Promise.all([stream, caughtUp]);
  await page.evaluate(() => Object.assign(window, { isTheSamePage: true }));
}

const isTheSamePage = (page: Page) => page.evaluate(() => 'isTheSamePage' in window);

test('an order’s page follows without being loaded anew, and says so', async ({ page, request }) => {
  const api = new Api(request);
  await addToCart(page, '1');
  await buy(page);
  const order = { id: orderId(page), number: 0, status: '', total_minor: 0 };
  await listening(page, `/order/${order.id}`);

  await api.setStatus(order, 'processing');
  await expect(standing(page, 'Packing')).toBeVisible();
  await expect(page.getByText('We started packing')).toBeVisible();
  await expect(page.locator('[aria-live="polite"]').filter({ hasText: /is now: Packing$/ })).toBeAttached();

  await api.setStatus(order, 'shipped');
  await expect(standing(page, 'On its way')).toBeVisible();
  expect(await isTheSamePage(page)).toBe(true);
});

test('a new order appears on top of the list', async ({ page, request }) => {
  const api = new Api(request);
  const [sku, email] = [await api.createGoods(10), newEmail()];
  await signIn(page, ADMIN);
  await listening(page, `/admin/orders?q=${encodeURIComponent(email)}`);
  await expect(page.getByRole('heading', { name: 'No order has these words' })).toBeVisible();

  const first = await api.placeOrder(sku, email);
  await expect(page.getByRole('row').nth(1)).toContainText(`#${first.number}`);
  const second = await api.placeOrder(sku, email);
  await expect(page.getByRole('row').nth(1)).toContainText(`#${second.number}`);

  await api.setStatus(first, 'processing');
  await expect(page.getByRole('row').nth(2)).toContainText('Packing');
  expect(await isTheSamePage(page)).toBe(true);
});

test('what somebody is typing stays in their hands', async ({ page, request }) => {
  const api = new Api(request);
  const order = await api.placeOrder(await api.createGoods(10), newEmail());
  await signIn(page, ADMIN);
  await listening(page, `/admin/orders/${order.id}`);
  await page.getByText('Why this total').click();
  await page.getByLabel('Tracking number').pressSequentially('HX2045');

  await api.setStatus(order, 'processing');

  await expect(standing(page, 'Packing')).toBeVisible();
  await expect(page.getByLabel('Tracking number')).toHaveValue('HX2045');
  await expect(page.getByLabel('Tracking number')).toBeFocused();
  await expect(page.getByText('The sum of the rows above')).toBeVisible();
});

test('a question that is open is not taken away, and caught up with afterwards', async ({ page, request }) => {
  const api = new Api(request);
  const order = await api.placeOrder(await api.createGoods(10), newEmail());
  await signIn(page, ADMIN);
  await listening(page, `/admin/orders/${order.id}`);
  await page.getByRole('button', { name: 'Cancel order' }).click();
  const question = page.getByRole('dialog');
  await expect(question).toBeVisible();

  await api.setStatus(order, 'processing');
  await expect(page.getByText('Packing started')).toBeVisible();
  await expect(question).toBeVisible();
  await question.getByRole('button', { name: 'Leave it as it is' }).click();

  await expect(standing(page, 'Packing')).toBeVisible();
});

test('the keyboard stays where it was', async ({ page, request }) => {
  const api = new Api(request);
  const order = await api.placeOrder(await api.createGoods(10), newEmail());
  await signIn(page, ADMIN);
  await listening(page, `/admin/orders/${order.id}`);
  await page.getByRole('button', { name: 'Cancel order' }).focus();

  await api.setStatus(order, 'processing');

  await expect(standing(page, 'Packing')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel order' })).toBeFocused();
});

test('a tab that comes back has not missed anything', async ({ page, request, context }) => {
  const api = new Api(request);
  const order = await api.placeOrder(await api.createGoods(10), newEmail());
  await signIn(page, ADMIN);
  await listening(page, `/admin/orders/${order.id}`);

  await context.setOffline(true);
  await expect(page.getByText('You are offline')).toBeVisible();
  await api.setStatus(order, 'processing');
  await context.setOffline(false);

  await expect(page.getByText('You are offline')).toBeHidden();
  await expect(standing(page, 'Packing')).toBeVisible({ timeout: 15_000 });
});

test('times say how long ago', async ({ page, request }) => {
  const api = new Api(request);
  const [sku, email] = [await api.createGoods(10), newEmail()];
  await api.placeOrder(sku, email);
  await signIn(page, ADMIN);
  await page.goto(`/admin/orders?q=${encodeURIComponent(email)}`);

  const placed = page.getByRole('row').nth(1).locator('time');
  await expect(placed).toHaveText('just now');
  await expect(placed).toHaveAttribute('title', /\d{4}, \d\d:\d\d:\d\d UTC$/);
});

test('a form is sent once, and its button says that it is on its way', async ({ page }) => {
  await addToCart(page, '9');
  let sent = 0;
  await page.route('/fn/set_quantity', async (route) => {
    sent += 1;
    // Without content the browser stays on the page, as it does while an answer is on its way.
    await route.fulfill({ status: 204 });
  });
  const more = page.getByRole('button', { name: 'One Cork trivet more' });

  // Before the page has woken up a form is sent as it always was.
  await expect(async () => {
    await more.click();
    await expect(more).toHaveAttribute('aria-busy', 'true', { timeout: 100 });
  }).toPass();
  const before = sent;
  await more.click();
  await page.getByRole('button', { name: 'Remove Cork trivet' }).click();

  await expect.poll(() => sent, 'only the other form').toBe(before + 1);
});

test('the link to an order is copied', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await addToCart(page, '1');
  await buy(page);

  await page.getByRole('button', { name: 'Copy the link' }).click();

  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toContain(`/order/${orderId(page)}?token=`);
  expect(new URL(copied).origin).toBe(new URL(page.url()).origin);
});
