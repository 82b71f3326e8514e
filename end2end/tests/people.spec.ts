import { type Page, expect, test } from '@playwright/test';
import { ADMIN, CUSTOMER, another, newEmail, signIn } from '../support/people';

/** Invites somebody, and returns the path of their link. */
async function invite(page: Page, name: string, email: string): Promise<string> {
  await page.goto('/admin/people');
  await page.getByLabel('Name', { exact: true }).fill(name);
  await page.getByLabel('E-mail', { exact: true }).fill(email);
  await page.getByRole('button', { name: 'Make account' }).click();
  const link = page.getByText(/^\/reset-password\?/);
  await expect(link).toBeVisible();
  return (await link.textContent()) ?? '';
}

async function choosePassword(page: Page, link: string, password: string) {
  await page.goto(link);
  await page.getByLabel('The new password').fill(password);
  await page.getByRole('button', { name: 'Set password' }).click();
}

test('an admin makes a key, sees it once, and takes it back', async ({ page, request }) => {
  const name = `Till ${Date.now()}-${test.info().workerIndex}`;
  await signIn(page, ADMIN);
  await page.goto('/admin/keys');
  await page.getByLabel('What it is for').fill(name);
  await page.getByRole('button', { name: 'Make key' }).click();
  await expect(page.getByRole('alert', { name: 'One thing to correct' })).toContainText('tick at least one');
  await expect(page.getByLabel('What it is for')).toHaveValue(name);
  await page.getByLabel('Read', { exact: true }).check();
  await page.getByRole('button', { name: 'Make key' }).click();

  const secret = (await page.getByText(/^wb_/).first().textContent()) ?? '';
  const status = async () => (await request.get('/api/v1/orders', { headers: { 'X-API-Key': secret } })).status();
  expect(await status()).toBe(200);
  await page.goto('/admin/keys');
  await expect(page.getByText(secret)).toHaveCount(0);
  const row = page.getByRole('row').filter({ hasText: name });
  await row.getByRole('button', { name: /^Revoke/ }).click();
  await row.getByRole('dialog').getByRole('button', { name: 'Revoke it' }).click();
  await expect(row).toContainText('Revoked');
  expect(await status()).toBe(401);
});

test('somebody who is invited chooses a password, and their link works once', async ({ page, browser }) => {
  const email = newEmail();
  await signIn(page, ADMIN);
  const link = await invite(page, 'Grace Hopper', email);
  await page.goto('/admin/people');
  await expect(page.getByText(link)).toHaveCount(0);

  const grace = await another(browser);
  await choosePassword(grace, link, 'short');
  await expect(grace.getByLabel('The new password')).toHaveAccessibleDescription(/10 to 200 characters/);
  await choosePassword(grace, link, 'compilers are nice');
  await signIn(grace, { email, password: 'compilers are nice' });
  expect((await grace.goto('/admin/orders'))?.status()).toBe(200);

  await choosePassword(grace, link, 'somebody else was here');
  await expect(grace.getByRole('alert')).toBeVisible();
  await signIn(grace, { email, password: 'compilers are nice' });
  await grace.context().close();
});

test('a role that is taken away is gone at once', async ({ page, browser }) => {
  const email = newEmail();
  await signIn(page, ADMIN);
  const link = await invite(page, 'Alan Turing', email);
  const alan = await another(browser);
  await choosePassword(alan, link, 'halting or not halting');
  await signIn(alan, { email, password: 'halting or not halting' });
  expect((await alan.goto('/admin/orders'))?.status()).toBe(200);

  await page.goto(`/admin/people?q=${encodeURIComponent(email)}`);
  await page.getByLabel('Role of Alan Turing').selectOption('Customer');
  await page.getByRole('button', { name: /^Change/ }).click();
  await expect(page.getByRole('status').filter({ hasText: 'The role is changed' })).toBeVisible();

  expect((await alan.goto('/admin/orders'))?.status()).toBe(403);
  await alan.context().close();
});

test('another password signs all other browsers out', async ({ page, browser }) => {
  const email = newEmail();
  await page.goto('/register');
  await page.getByLabel('Name').fill('Ada Lovelace');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('analytical engine');
  await page.getByRole('button', { name: 'Create account' }).click();
  const other = await another(browser);
  await signIn(other, { email, password: 'analytical engine' });

  await page.goto('/account/password');
  await page.getByLabel('The password now').fill('a guess');
  await page.getByLabel('The new password').fill('difference engine');
  await page.getByRole('button', { name: 'Change password' }).click();
  await expect(page.getByLabel('The password now')).toHaveAccessibleDescription(/is not right/);
  await page.getByLabel('The password now').fill('analytical engine');
  await page.getByLabel('The new password').fill('difference engine');
  await page.getByRole('button', { name: 'Change password' }).click();

  await expect(page.getByRole('status').filter({ hasText: 'Your password is changed' })).toBeVisible();
  expect((await page.goto('/account/orders'))?.status()).toBe(200);
  expect((await other.goto('/account/orders'))?.status()).toBe(401);
  await other.context().close();
});

test('keys and people are for admins', async ({ page }) => {
  await signIn(page, CUSTOMER);
  for (const path of ['/admin/keys', '/admin/people']) {
    expect((await page.goto(path))?.status()).toBe(403);
  }
});

test('the API can be browsed, with examples, from our own server', async ({ page, baseURL }) => {
  const foreign: string[] = [];
  page.on('request', (it) => {
    if (!it.url().startsWith(`${baseURL}/`)) {
      foreign.push(it.url());
    }
  });
  expect((await page.goto('/docs'))?.status()).toBe(200);
  const placing = page.locator('details').filter({ hasText: '/api/v1/orders' }).first();
  await placing.locator('summary').click();
  await expect(placing.getByRole('heading', { name: 'Answers' })).toBeVisible();
  await expect(page.locator('#schema-NewOrderDocument')).toBeVisible();
  await expect(page.getByText('"sku": "MUG-WHITE"').first()).toBeVisible();
  expect(foreign).toEqual([]);
});
