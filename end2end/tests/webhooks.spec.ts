import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Page, expect, test } from '@playwright/test';
import { Api } from '../support/api';
import { ADMIN, CUSTOMER, newEmail, signIn } from '../support/people';

let receiver: Server;
let url: string;
let status: number;
let arrived: { id: string; type: string; subject: string }[];

test.beforeEach(async () => {
  [status, arrived] = [200, []];
  receiver = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    arrived.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.writeHead(status).end();
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/hook`;
});

test.afterEach(async () => {
  receiver.closeAllConnections();
  await new Promise((resolve) => receiver.close(resolve));
});

/** The row of this test's webhook. */
const row = (page: Page) => page.getByRole('table', { name: 'Webhooks' }).getByRole('row').filter({ hasText: url });

async function add(page: Page, ...types: string[]) {
  await page.goto('/admin/webhooks');
  await page.getByLabel('Address').fill(url);
  for (const type of types) {
    await page.getByLabel(type, { exact: true }).check();
  }
  await page.getByRole('button', { name: 'Add webhook' }).click();
  await expect(row(page)).toContainText('Enabled');
}

/** Leaves nothing behind that would be told of other tests' orders. */
async function remove(page: Page) {
  await page.goto('/admin/webhooks');
  await row(page).getByRole('button', { name: /^Delete/ }).click();
  await page.getByRole('dialog').filter({ hasText: url }).getByRole('button', { name: 'Delete it' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'deleted' })).toBeVisible();
  await expect(row(page)).toHaveCount(0);
}

test('a webhook is made, shows its secret once, and is told', async ({ page, request }) => {
  const api = new Api(request);
  const sku = await api.createGoods(10);
  await signIn(page, ADMIN);
  await add(page, 'order.created');
  await expect(page.getByText(/^whsec_/)).toBeVisible();
  await page.goto('/admin/webhooks');
  await expect(page.getByText(/^whsec_/)).toHaveCount(0);

  const order = await api.placeOrder(sku, newEmail());

  await expect.poll(() => arrived.some((it) => it.subject === order.id && it.type === 'order.created')).toBe(true);
  await remove(page);
});

test('what was not taken says why, and is sent again on demand', async ({ page, request }) => {
  const api = new Api(request);
  const sku = await api.createGoods(10);
  await signIn(page, ADMIN);
  await add(page, 'order.created');
  status = 410;
  await api.placeOrder(sku, newEmail());
  await expect.poll(() => arrived.length).toBeGreaterThan(0);
  await expect(async () => {
    await page.goto('/admin/webhooks');
    await expect(row(page)).toContainText('Gone', { timeout: 100 });
  }).toPass();
  await expect(row(page)).toContainText('Last failure: answered 410 Gone');

  status = 200;
  const before = arrived.length;
  await row(page).getByRole('button', { name: /^Enable/ }).click();
  await row(page).getByRole('button', { name: /^Send all again/ }).click();

  await expect(page.getByRole('status').filter({ hasText: 'It is being sent again' })).toBeVisible();
  await expect.poll(() => arrived.length).toBeGreaterThan(before);
  await remove(page);
});

test('an address that is none is refused, and what was typed stays', async ({ page }) => {
  await signIn(page, ADMIN);
  await page.goto('/admin/webhooks');
  await page.getByLabel('Address').fill('https://name:word@shop.example/');
  await page.getByLabel('order.shipped', { exact: true }).check();

  await page.getByRole('button', { name: 'Add webhook' }).click();

  await expect(page.getByLabel('Address')).toHaveAccessibleDescription(/must not hold a name or a password/);
  await expect(page.getByLabel('Address')).toHaveValue('https://name:word@shop.example/');
  await expect(page.getByLabel('order.shipped', { exact: true })).toBeChecked();
});

test('webhooks are for admins', async ({ page }) => {
  expect((await page.goto('/admin/webhooks'))?.status()).toBe(401);
  await signIn(page, CUSTOMER);
  expect((await page.goto('/admin/webhooks'))?.status()).toBe(403);
});
