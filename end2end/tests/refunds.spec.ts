import { type Page, expect, test } from '@playwright/test';
import { Api } from '../support/api';
import { addToCart, buy, orderId, standing, waitFor } from '../support/buying';
import { ADMIN, another, newEmail, signIn } from '../support/people';

/** The row of the money card with this label. */
const sum = (page: Page, label: string) => page.locator('#money .sum-row').filter({ hasText: label });

test('staff refund a part of an order and put it back on the shelf', async ({ page, request }) => {
  const api = new Api(request);
  const sku = await api.createGoods(5);
  const order = await api.placeOrder(sku, newEmail(), 3);
  await signIn(page, ADMIN);
  await page.goto(`/admin/orders/${order.id}`);

  await page.getByRole('button', { name: 'Refund' }).click();
  const form = page.getByRole('dialog', { name: `Refund: #${order.number}` });
  await expect(form).toContainText('Up to $33.00 can go back.');
  await form.getByLabel(/^Test spoon/).fill('1');
  await expect(form.getByLabel(/^Test spoon/)).toHaveAccessibleDescription('of 3, $11.00 each');
  await form.getByLabel('Put it back on the shelf').check();
  await form.getByLabel('Reason').fill('The handle is bent');
  await form.getByRole('button', { name: 'Refund this' }).click();

  await expect(page.locator('#order-head').getByText('Partly refunded')).toBeVisible();
  await expect(sum(page, 'Refunded')).toContainText('$11.00');
  await expect(page.getByText('The handle is bent')).toBeVisible();
  await expect(page.getByRole('region', { name: 'Lines' })).toContainText('3 × $10.00, 1 refunded');
  await page.getByRole('button', { name: 'Start packing' }).click();
  await expect(page.getByRole('link', { name: 'Ship 2 things' })).toBeVisible();
  expect(await api.onHand(sku)).toBe(3);
});

test('a refund that cannot be made stands open again with what was typed', async ({ page, request }) => {
  const api = new Api(request);
  const order = await api.placeOrder(await api.createGoods(5), newEmail(), 1);
  await signIn(page, ADMIN);
  await page.goto(`/admin/orders/${order.id}`);
  await page.getByRole('button', { name: 'Refund' }).click();
  const form = page.getByRole('dialog', { name: `Refund: #${order.number}` });
  await form.getByLabel('Or an amount').fill('11.01');
  await form.getByLabel('Reason').fill('Too late');

  await form.getByRole('button', { name: 'Refund this' }).click();

  await expect(form).toBeVisible();
  await expect(form.getByLabel('Or an amount')).toHaveValue('11.01');
  await expect(form.getByLabel('Or an amount')).toHaveAccessibleDescription(/is more than the \$11.00 that are left/);
  await expect(form.getByLabel('Reason')).toHaveValue('Too late');
  await form.getByLabel('Or an amount').fill('');
  await form.getByLabel('All that is left, $11.00').check();
  await form.getByRole('button', { name: 'Refund this' }).click();
  await waitFor(page, 'Refunded');
});

test('a buyer asks for a return, and staff take the goods back', async ({ page, request, browser }) => {
  test.slow();
  const api = new Api(request);
  const sku = await api.createGoods(5);
  await addToCart(page, sku);
  await buy(page);
  await waitFor(page, 'Paid');
  const id = orderId(page);
  for (const status of ['processing', 'shipped', 'delivered']) {
    await api.setStatus({ id }, status);
  }
  await page.goto(`/order/${id}`);

  await page.getByText('Send something back').click();
  await page.getByRole('button', { name: 'Ask for a return' }).click();
  await expect(page.getByRole('alert').getByRole('link', { name: 'Choose what you want to send back' })).toBeVisible();
  await page.getByLabel(/^Test spoon/).fill('1');
  await page.getByLabel('Reason').fill('Too small');
  await page.getByRole('button', { name: 'Ask for a return' }).click();
  const returns = page.getByRole('region', { name: 'Returns' });
  await expect(returns).toContainText('Asked for');
  await expect(page.getByText('Send something back')).toHaveCount(0);

  const staff = await another(browser, ADMIN);
  await staff.goto(`/admin/orders/${id}`);
  const asked = staff.getByRole('region', { name: 'Returns' });
  await expect(asked).toContainText('Too small');
  await asked.getByRole('button', { name: 'Accept return' }).click();
  await asked.getByLabel('Put it back on the shelf').check();
  await asked.getByRole('button', { name: 'It has arrived' }).click();
  await waitFor(staff, 'Refunded');
  expect(await api.onHand(sku)).toBe(5);

  await page.goto(`/order/${id}`);
  await expect(standing(page, 'Refunded')).toBeVisible();
  await expect(returns).toContainText('Received');
  await expect(page.locator('#order-money')).toContainText('Sent back');
});

test('notes are for colleagues only', async ({ page, request, browser }) => {
  const api = new Api(request);
  await addToCart(page, await api.createGoods(1));
  await buy(page);
  const id = orderId(page);
  const staff = await another(browser, ADMIN);
  await staff.goto(`/admin/orders/${id}`);

  await staff.getByLabel('For your colleagues').fill('Called the carrier.\nNobody there.');
  await staff.getByRole('button', { name: 'Add note' }).click();

  await expect(staff.getByRole('region', { name: 'Notes' }).getByRole('listitem')).toContainText('Called the carrier.');
  await page.goto(`/order/${id}`);
  await expect(page.getByText('Called the carrier.')).toHaveCount(0);
});
