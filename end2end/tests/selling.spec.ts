import { type APIRequestContext, type Page, expect, test } from '@playwright/test';
import { Api } from '../support/api';
import { ADMIN, CUSTOMER, newEmail, signIn } from '../support/people';

/** A code that no other test uses: small letters and digits. */
const unique = (prefix: string) => `${prefix}${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`;

/** The row of a table that holds these words. */
const row = (page: Page, words: string) => page.getByRole('row').filter({ hasText: words });

const done = (page: Page) => page.getByRole('main').getByRole('status');

/** A storefront in euros that is found at its code, on its page. It is closed, and disturbs no other test. */
async function makeStorefront(page: Page): Promise<string> {
  const code = unique('s');
  await page.goto('/admin/storefronts');
  await page.getByRole('link', { name: 'New storefront' }).click();
  const form = page.getByRole('form', { name: 'Storefront' });
  await form.getByLabel('Code', { exact: true }).fill(code);
  await form.getByLabel('Name', { exact: true }).fill(`Shop ${code}`);
  await form.getByLabel('Path').fill(code);
  await form.getByLabel('Currency').fill('EUR');
  await form.getByLabel('German').check();
  await form.getByLabel('Tax in percent').fill('19');
  await form.getByLabel('Prices').selectOption('Prices include it');
  await form.getByLabel('Tax class 1', { exact: true }).fill('books');
  await form.getByLabel('Percent for tax class 1').fill('7');
  await form.getByLabel('Countries it sends to').fill('de, AT');
  await form.getByLabel('Open: it takes orders').uncheck();
  await form.getByRole('button', { name: 'Make the storefront' }).click();
  await expect(done(page)).toContainText('The storefront is made.');
  return code;
}

/** Opens or closes the storefront. */
async function turn(page: Page, code: string, word: 'Open' | 'Close', state: string) {
  await page.goto('/admin/storefronts');
  await row(page, `Shop ${code}`)
    .getByRole('button', { name: new RegExp(`^${word}`) })
    .click();
  await expect(done(page)).toContainText(`The storefront is ${state.toLowerCase()}`);
  await expect(row(page, `Shop ${code}`)).toContainText(state);
}

async function addDelivery(page: Page, code: string, name: string, price: string) {
  await page.getByRole('link', { name: 'Add a way of delivery' }).click();
  await page.getByLabel('Code', { exact: true }).fill(code);
  await page.getByLabel('Name in English').fill(name);
  await page.getByLabel('Days, at least').fill('1');
  await page.getByLabel('Days, at most').fill('3');
  await page.getByLabel('One price').fill(price);
  await page.getByRole('button', { name: 'Add it' }).click();
  await expect(done(page)).toContainText('The ways of delivery are saved.');
}

/** What an order at the storefront costs, or why it is refused. */
async function order(request: APIRequestContext, body: object) {
  const address = { street: 'Hauptstr. 1', city: 'Wien', country: 'AT', postal_code: '1010' };
  const customer = { email: newEmail(), name: 'Robin Okafor' };
  return request.post('/api/v1/orders', {
    headers: { 'X-API-Key': 'demo-api-key' },
    data: { customer, shipping_address: address, ...body },
  });
}

test('a storefront is made, and sells at its own prices, by its own ways of delivery', async ({ page, request }) => {
  const sku = await new Api(request).createGoods(10, 'Test book');
  await signIn(page, ADMIN);
  const storefront = await makeStorefront(page);
  await addDelivery(page, 'post', 'By post', '4.90');

  await page.getByRole('link', { name: 'Prices' }).click();
  await page.getByRole('searchbox', { name: 'Title or SKU' }).fill(sku);
  await page.getByRole('searchbox', { name: 'Title or SKU' }).press('Enter');
  await expect(row(page, sku)).toContainText('Not sold here');
  await page.getByLabel(`Test book ${sku}`).fill('12.5');
  await page.getByRole('button', { name: 'Save prices' }).click();
  await expect(done(page)).toContainText('The prices are saved.');
  await expect(page.getByLabel(`Test book ${sku}`)).toHaveValue('12.50');

  const body = { storefront, items: [{ sku, quantity: 2 }] };
  expect((await order(request, body)).status()).toBe(422);
  await turn(page, storefront, 'Open', 'Open');
  const placed = await (await order(request, body)).json();
  // 19 % of 29.90 is in it: 29.90 · 19/119 = 4.7739…
  expect([placed.currency, placed.total_minor, placed.tax_minor]).toEqual(['EUR', 2_990, 477]);
  expect(placed.shipping_method.name).toBe('By post');
  await turn(page, storefront, 'Close', 'Closed');
});

test('a storefront is changed, and its currency stays once it is used', async ({ page }) => {
  await signIn(page, ADMIN);
  const code = await makeStorefront(page);
  const form = page.getByRole('form', { name: 'Storefront' });
  await expect(form.getByLabel('Countries it sends to')).toHaveValue('AT, DE');
  await expect(form.getByLabel('Tax class 1', { exact: true })).toHaveValue('books');

  await form.getByLabel('Tax in percent').fill('7.25');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(done(page)).toContainText('The storefront is saved.');
  await expect(form.getByLabel('Tax in percent')).toHaveValue('7.25');

  await addDelivery(page, 'post', 'By post', '4.90');
  await form.getByLabel('Currency').fill('USD');
  await form.getByRole('button', { name: 'Save' }).click();
  await expect(form.getByRole('alert')).toContainText('The currency cannot change');
  await expect(form.getByLabel('Currency')).toHaveAccessibleDescription(/cannot change/);
});

test('what a storefront cannot be is said field by field, and what was typed stays', async ({ page }) => {
  await signIn(page, ADMIN);
  await page.goto('/admin/storefronts-new');
  const form = page.getByRole('form', { name: 'Storefront' });
  await form.getByLabel('Code', { exact: true }).fill('E U');
  await form.getByLabel('Name', { exact: true }).fill('Europe');
  await form.getByLabel('Path').fill('checkout');
  await form.getByLabel('Currency').fill('XAU');
  await form.getByLabel('Tax in percent').fill('a lot');
  await form.getByLabel('Tax class 1', { exact: true }).fill('Food');
  await form.getByLabel('Percent for tax class 1').fill('7');
  await form.getByLabel('Countries it sends to').fill('DE, Mars');

  await form.getByRole('button', { name: 'Make the storefront' }).click();

  const summary = form.getByRole('alert');
  await expect(summary.getByRole('heading')).toHaveText('Six things to correct');
  await expect(summary).toContainText('The rate for “Food” must be small letters');
  await expect(summary).toContainText('The countries (number 2) is not a country code');
  await expect(form.getByLabel('Code', { exact: true })).toHaveAccessibleDescription(/must be small letters/);
  await expect(form.getByLabel('Tax in percent')).toHaveAccessibleDescription(/is not a percentage/);
  await expect(form.getByLabel('Tax in percent')).toHaveValue('a lot');
  await expect(form.getByLabel('Tax class 1', { exact: true })).toHaveValue('Food');
});

test('ways of delivery are priced by weight, put into order, and removed', async ({ page }) => {
  await signIn(page, ADMIN);
  const code = await makeStorefront(page);
  await addDelivery(page, 'post', 'By post', '0');
  await page.getByRole('link', { name: 'Add a way of delivery' }).click();
  await page.getByLabel('Code', { exact: true }).fill('bike');
  await page.getByLabel('Name in English').fill('Cargo bike');
  await page.getByLabel('Days, at least').fill('2');
  await page.getByLabel('Days, at most').fill('2');
  await page.getByLabel('Step 1, up to grams').fill('1000');
  await page.getByLabel('Step 1, price').fill('3.90');
  await page.getByLabel('Step 2, up to grams').fill('900');
  await page.getByLabel('Step 2, price').fill('5.90');
  await page.getByRole('button', { name: 'Add it' }).click();
  await expect(page.getByRole('alert')).toContainText('A step by weight (number 2) must be heavier');
  await expect(page.getByLabel('Step 2, up to grams')).toHaveAccessibleDescription(/must be heavier/);
  await page.getByLabel('Step 2, up to grams').fill('5000');
  await page.getByRole('button', { name: 'Add it' }).click();

  const table = page.getByRole('table', { name: /^Ways of delivery/ });
  await expect(row(page, 'Cargo bike')).toContainText('€3.90–€5.90');
  await expect(table.getByRole('row').nth(1)).toContainText('By post');
  await page.getByRole('button', { name: 'Move up Cargo bike' }).click();
  await expect(table.getByRole('row').nth(1)).toContainText('Cargo bike');
  await page.getByRole('button', { name: 'Remove By post' }).click();
  await page.getByRole('dialog').filter({ hasText: 'By post' }).getByRole('button', { name: 'Remove it' }).click();
  await expect(row(page, 'By post')).toHaveCount(0);

  await page.getByRole('link', { name: 'Cargo bike' }).click();
  await expect(page.getByLabel('Step 2, price')).toHaveValue('5.90');
  await page.getByLabel('Free from').fill('50');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, 'Cargo bike')).toContainText('€50.00');
});

test('a price that is none is refused, and nothing on the page is saved', async ({ page, request }) => {
  const api = new Api(request);
  const word = unique('Spoon');
  const [first, second] = [await api.createGoods(1, word), await api.createGoods(1, word)];
  await signIn(page, ADMIN);
  await page.goto(`/admin/storefronts/euro/prices?q=${word}`);
  await page.getByLabel(`${word} ${first}`).fill('9.90');
  await page.getByLabel(`${word} ${second}`).fill('9.999');

  await page.getByRole('button', { name: 'Save prices' }).click();

  await expect(page.getByRole('alert')).toContainText(`The price of ${second} has more decimals`);
  await expect(page.getByLabel(`${word} ${second}`)).toHaveAccessibleDescription(/has more decimals/);
  await expect(page.getByLabel(`${word} ${first}`)).toHaveValue('9.90');
  await page.goto(`/admin/storefronts/euro/prices?q=${word}`);
  await expect(page.getByLabel(`${word} ${first}`)).toHaveValue('');
});

test('a code is made, its uses are seen, a cancelled order gives its use back, and it is ended', async ({
  page,
  request,
}) => {
  const sku = await new Api(request).createGoods(10);
  const code = unique('C').toUpperCase();
  await signIn(page, ADMIN);
  await page.goto('/admin/discounts');
  await page.getByRole('link', { name: 'New code' }).click();
  await page.getByLabel('Code', { exact: true }).fill(code.toLowerCase());
  await page.getByLabel('How much').fill('12.5');
  await page.getByLabel('Uses in all').fill('1');
  await page.getByRole('button', { name: 'Make the code' }).click();
  await expect(row(page, code)).toContainText('12.5 %');
  await expect(row(page, code)).toContainText('0 of 1');

  const body = { items: [{ sku, quantity: 1 }], discount_code: code };
  const placed = await (await order(request, body)).json();
  expect(placed.discount_minor).toBe(125);
  await page.goto('/admin/discounts');
  await expect(row(page, code)).toContainText('1 of 1');
  await expect(row(page, code)).toContainText('Used up');
  expect((await order(request, body)).status()).toBe(409);

  await page.goto(`/admin/discounts/${code}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(code);
  await page.getByLabel('Uses in all').fill('2');
  await page.getByLabel('Until').fill('2040-12-24T18:00');
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(row(page, code)).toContainText('1 of 2');
  const headers = { 'X-API-Key': 'demo-api-key' };
  await request.post(`/api/v1/orders/${placed.id}/cancel`, { headers, data: {} });
  await page.goto('/admin/discounts');
  await expect(row(page, code)).toContainText('0 of 2');
  await expect(row(page, code)).toContainText('24 Dec, 18:00');

  await page.getByRole('button', { name: `End ${code}` }).click();
  await expect(done(page)).toContainText('can’t be used any more');
  await expect(row(page, code)).toContainText('Off');
  expect((await order(request, body)).status()).toBe(422);
});

test('an amount without a storefront is refused, and what was typed stays', async ({ page }) => {
  await signIn(page, ADMIN);
  await page.goto('/admin/discounts-new');
  await page.getByLabel('Code', { exact: true }).fill('five');
  await page.getByLabel('Takes off').selectOption('An amount off the goods');
  await page.getByLabel('Uses of one customer').fill('0');
  await page.getByRole('button', { name: 'Make the code' }).click();
  await expect(page.getByRole('alert')).toContainText('How much is missing');
  await page.getByLabel('How much').fill('5.00');

  await page.getByRole('button', { name: 'Make the code' }).click();

  await expect(page.getByLabel('Where')).toHaveAccessibleDescription(/an amount needs a currency/);
  await expect(page.getByLabel('Uses of one customer')).toHaveAccessibleDescription(/must be 1 or more/);
  await expect(page.getByLabel('Takes off')).toHaveValue('amount');
  await expect(page.getByLabel('How much')).toHaveValue('5.00');
});

test('storefronts and codes are for admins', async ({ page }) => {
  const pages = ['/admin/storefronts', '/admin/storefronts/euro', '/admin/storefronts/euro/prices', '/admin/discounts'];
  expect((await page.goto('/admin/storefronts-new'))?.status()).toBe(401);
  await signIn(page, CUSTOMER);
  for (const path of pages) {
    expect((await page.goto(path))?.status()).toBe(403);
  }
});
