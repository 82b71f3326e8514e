import { type Page, expect, test } from '@playwright/test';
import { Api } from '../support/api';
import { GOOD_CARD, addToCart, buy, fillCheckout, pay } from '../support/buying';
import { newEmail } from '../support/people';

/** Where a code is entered, and where its answer stands. */
const code = (page: Page) => page.locator('#code');

/** Enters a code in the cart or the checkout. */
async function enter(page: Page, words: string) {
  const field = page.getByLabel('Discount code');
  if (!(await field.isVisible())) {
    await code(page).locator('summary').click();
  }
  await field.fill(words);
  await page.getByRole('button', { name: 'Apply' }).click();
}

/** The row of the sum that everything comes to. */
const total = (page: Page, part: string) => page.locator(`${part} .sum-row[data-total] dd`);

test('a code says why it takes nothing off', async ({ page, request }) => {
  test.slow();
  const api = new Api(request);
  const tenth = { percent: 1_000 };
  const [early, over, gone, large, far] = [
    await api.createCode({ kind: tenth, starts_at: '2099-01-01T00:00:00Z' }),
    await api.createCode({ kind: tenth, ends_at: '2020-01-01T00:00:00Z' }),
    await api.createCode({ kind: tenth, use_limit: 1 }),
    await api.createCode({ kind: tenth, minimum_minor: 5_000, storefront: 'default' }),
    await api.createCode({ kind: tenth, storefront: 'euro' }),
  ];
  const sku = await api.createGoods(100);
  await api.placeOrder(sku, newEmail(), 1, { discount_code: gone });
  await addToCart(page, sku);

  for (const [entered, answer] of [
    ['nonsense', 'The code NONSENSE is not a code that we know.'],
    [early, `The code ${early} cannot be used yet.`],
    [over, `The code ${over} has run out.`],
    [gone, `The code ${gone} has been used as often as it can be.`],
    [far, `The code ${far} is for another shop.`],
    [large, `The code ${large} needs goods worth $50.00 or more.`],
  ]) {
    await enter(page, entered);
    await expect(page.getByLabel('Discount code')).toHaveAccessibleDescription(answer);
    await expect(page.getByLabel('Discount code')).toHaveAttribute('aria-invalid', 'true');
    await expect(total(page, '#cart-sum')).toHaveText('$11.00');
  }

  await page.getByLabel(/^Quantity of Test spoon/).fill('5');
  await page.getByLabel(/^Quantity of Test spoon/).press('Enter');
  await expect(code(page), 'a code waits until the cart is worth enough').toContainText(`Discount code ${large} is used`);
  await expect(total(page, '#cart-sum')).toHaveText('$49.50');
  await page.getByRole('button', { name: `Remove ${large}` }).click();
  await expect(total(page, '#cart-sum')).toHaveText('$55.00');
  await expect(code(page)).toContainText('Enter a discount code');
});

test('a code is entered in the checkout too, and what was typed stays', async ({ page, request }) => {
  await addToCart(page, await new Api(request).createGoods(10));
  await page.goto('/checkout');
  const email = await fillCheckout(page);

  await enter(page, 'welcome10');

  await expect(code(page)).toContainText('Discount code WELCOME10 is used');
  await expect(total(page, '#review-part')).toHaveText('$9.90');
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
  await expect(page.getByLabel('ZIP code')).toHaveValue('97205');
  await page.getByRole('button', { name: 'Remove WELCOME10' }).click();
  await expect(total(page, '#review-part')).toHaveText('$11.00');
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
});

test('a code that was only typed is shown before anything is paid', async ({ page, request }) => {
  const api = new Api(request);
  await addToCart(page, await api.createGoods(10));
  await page.goto('/checkout');
  const email = await fillCheckout(page);
  await code(page).locator('summary').click();
  await page.getByLabel('Card number').fill(GOOD_CARD);
  await page.getByLabel('Discount code').fill('welcome10');

  await page.getByLabel('Discount code').press('Enter');

  await expect(page.getByRole('alert')).toContainText('Nothing was charged: enter your card again and pay.');
  await expect(page.getByRole('button', { name: 'Pay $9.90' })).toBeVisible();
  expect(await api.findOrders(email)).toHaveLength(0);
  await pay(page);
  await expect(page.getByRole('heading', { name: /^Thank you/ })).toBeVisible();
  expect(await api.findOrders(email)).toMatchObject([{ total_minor: 990 }]);
});

test('an order that costs nothing asks for no card', async ({ page, request }) => {
  const api = new Api(request);
  const gift = await api.createCode({ kind: { percent: 10_000 } });
  await addToCart(page, await api.createGoods(10));
  await page.goto('/checkout');
  const email = await fillCheckout(page);
  await enter(page, gift);

  await expect(page.getByText('Nothing is to be paid.')).toBeVisible();
  await expect(page.getByLabel('Card number')).toHaveCount(0);
  await page.getByRole('button', { name: 'Place the order' }).click();

  await expect(page.getByRole('heading', { name: /^Thank you/ })).toBeVisible();
  expect(await api.findOrders(email)).toMatchObject([{ total_minor: 0, status: 'confirmed' }]);
});

test('the last use of a code goes to whoever pays first, and nobody pays more than they saw', async ({ page, request }) => {
  const api = new Api(request);
  const [sku, last] = [await api.createGoods(10), await api.createCode({ kind: { percent: 5_000 }, use_limit: 1 })];
  await addToCart(page, sku);
  await page.goto('/checkout');
  const email = await fillCheckout(page);
  await enter(page, last);
  await expect(page.getByRole('button', { name: 'Pay $5.50' })).toBeVisible();
  await api.placeOrder(sku, newEmail(), 1, { discount_code: last });

  await pay(page);

  const news = page.getByRole('alert');
  await expect(news).toContainText('It was $5.50 when you last saw it, and is $11.00 now. Nothing was charged.');
  await expect(news).toContainText(`The code ${last} has been used as often as it can be.`);
  await expect(page.getByLabel('Discount code')).toHaveAccessibleDescription(/used as often as it can be/);
  expect(await api.findOrders(email)).toHaveLength(0);
  await expect(page.getByRole('button', { name: 'Pay $11.00' })).toBeVisible();
  await pay(page);
  await expect(page.getByRole('heading', { name: /^Thank you/ })).toBeVisible();
});

test('a price that changes while somebody pays is asked about again', async ({ page, request }) => {
  const api = new Api(request);
  const sku = await api.createGoods(10);
  await addToCart(page, sku);
  await page.goto('/checkout');
  const email = await fillCheckout(page);
  await expect(page.getByRole('button', { name: 'Pay $11.00' })).toBeVisible();
  await api.setPrice(sku, 1_200);

  await pay(page);

  const news = page.getByRole('alert');
  await expect(news.getByRole('heading')).toHaveText('The total has changed');
  await expect(news).toContainText('It was $11.00 when you last saw it, and is $13.20 now. Nothing was charged.');
  expect(await api.findOrders(email)).toHaveLength(0);
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
  await expect(page.getByLabel('Card number'), 'cards are never kept').toHaveValue('');
  await page.getByLabel('Card number').fill(GOOD_CARD);
  await page.getByRole('button', { name: 'Pay $13.20' }).click();
  await expect(page.getByRole('heading', { name: /^Thank you/ })).toBeVisible();
  expect(await api.findOrders(email)).toMatchObject([{ total_minor: 1_320 }]);
});

test('a way of delivery is chosen by its price and its days', async ({ page, javaScriptEnabled }) => {
  await page.goto('/eu/products/9');
  await expect(page.getByText('From €4.90, free from €75.00 on')).toBeVisible();
  await page.getByRole('button', { name: 'Add to cart' }).click();
  const ways = page.locator('#delivery .choice');
  await expect(ways).toHaveText([/By post\s*€4.90\s*2–4 working days/, /Express courier\s*€14.90\s*1 working day/, /Cargo bike and rail\s*€3.90\s*4–7 working days/]);
  await expect(total(page, '#cart-sum')).toHaveText('€16.80');

  await page.goto('/eu/checkout');
  await page.getByLabel('E-mail').fill('robin@test.example');
  await page.getByRole('radio', { name: /Cargo bike/ }).check();
  if (!javaScriptEnabled) {
    await page.getByRole('button', { name: 'Update the total' }).click();
  }
  await expect(total(page, '#review-part')).toHaveText('€15.80');
  await expect(page.getByRole('button', { name: 'Pay €15.80' })).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue('robin@test.example');
  await page.goto('/eu/cart');
  await expect(page.getByRole('radio', { name: /Cargo bike/ })).toBeChecked();

  // Seven trivets are worth 83.30: the post brings them for nothing.
  await page.getByLabel('Quantity of Cork trivet').fill('7');
  await page.getByLabel('Quantity of Cork trivet').press('Enter');
  await expect(ways.first()).toHaveText(/By post\s*Free/);
});

test('what nobody has to send costs no delivery', async ({ page, request }) => {
  const event = await new Api(request).createEvent();
  await page.goto(`/products/${event}`);
  await page.getByRole('checkbox', { name: /^B1/ }).check();
  await page.getByRole('button', { name: 'Continue with these seats' }).click();
  await expect(page.locator('#delivery')).toHaveCount(0);
  await expect(page.locator('#cart-sum')).not.toContainText('Delivery');

  await page.goto('/checkout');
  await expect(page.locator('#delivery')).toHaveCount(0);
  await expect(page.getByLabel('Street and number')).toHaveCount(0);
  await buy(page);

  await expect(page.locator('#order-money')).not.toContainText('Delivery');
  await expect(page.getByText('Going to')).toHaveCount(0);
});
