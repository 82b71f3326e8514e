import { expect, test } from '@playwright/test';
import { Api } from '../support/api';
import { DECLINED_CARD, GOOD_CARD, addToCart, buy, fillCheckout, pay, waitFor } from '../support/buying';
import { CUSTOMER, newEmail } from '../support/people';

test('a form that cannot be used keeps what was typed and names what is wrong', async ({ page }) => {
  await addToCart(page, '3');
  await page.goto('/checkout');
  await page.getByLabel('E-mail').fill('nobody');
  await page.getByLabel('Full name').fill('Robin Okafor');
  await page.getByLabel('City').fill('Portland');
  await pay(page);

  const summary = page.getByRole('alert');
  await expect(summary.getByRole('link', { name: /e-mail address/ })).toHaveAttribute('href', '#email');
  await expect(summary.getByRole('link', { name: 'Enter a street and number' })).toBeVisible();
  await expect(summary.getByRole('link', { name: 'Choose a state' })).toHaveAttribute('href', '#state');
  await expect(summary.getByRole('link', { name: 'Enter a ZIP code like 95014' })).toBeVisible();
  await expect(page.getByLabel('E-mail')).toHaveValue('nobody');
  await expect(page.getByLabel('E-mail')).toHaveAttribute('aria-invalid', 'true');
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/Enter an e-mail address/);
  await expect(page.getByLabel('Full name')).toHaveValue('Robin Okafor');
  await expect(page.getByLabel('City')).toHaveValue('Portland');
  await expect(page.getByLabel('Card number'), 'cards are never kept').toHaveValue('');

  await fillCheckout(page);
  await pay(page);

  await expect(page.getByRole('heading', { name: 'Thank you, Robin Okafor' })).toBeVisible();
});

test('whoever signs in on the way to paying comes back to what they typed', async ({ page }) => {
  await addToCart(page, '3');
  await page.goto('/checkout');
  await page.getByLabel('Full name').fill('Robin at home');
  await page.getByLabel('City').fill('Portland');
  await page.getByRole('banner').getByRole('button', { name: 'Sign in' }).click();

  await page.getByLabel('E-mail').fill(CUSTOMER.email);
  await page.getByLabel('Password').fill(CUSTOMER.password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();

  await expect(page).toHaveURL('/checkout');
  await expect(page.getByLabel('Full name')).toHaveValue('Robin at home');
  await expect(page.getByLabel('City')).toHaveValue('Portland');
  await page.getByRole('banner').getByRole('button', { name: 'My orders' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'My orders' })).toBeVisible();
});

test('another country asks for the fields of its addresses', async ({ page, javaScriptEnabled }) => {
  await addToCart(page, '3');
  await page.goto('/checkout');
  await page.getByLabel('E-mail').fill(newEmail());
  await page.getByLabel('Full name').fill('Robin Okafor');
  await page.getByLabel('Street and number').fill('1-2-3 Jingumae');
  const country = page.getByLabel('Country');
  const changeTo = async (name: string) => {
    // The island may still be on its way; it catches up with a choice made before it came.
    await country.focus();
    await country.selectOption(name);
    if (!javaScriptEnabled) {
      await page.getByRole('button', { name: 'Change country' }).click();
    }
  };

  await changeTo('Canada');
  await expect(page.getByLabel('Province')).toBeVisible();
  await changeTo('Japan');
  await expect(page.getByLabel('Prefecture')).toBeVisible();

  await expect(page.getByLabel('ZIP code')).toHaveCount(0);
  await expect(page.getByLabel('Street and number')).toHaveValue('1-2-3 Jingumae');
  await expect(page.getByLabel('Full name')).toHaveValue('Robin Okafor');
  await expect(country).toHaveValue('JP');
  await expect(country).toBeFocused();
  if (javaScriptEnabled) {
    await expect(page.getByText('Address fields for Japan')).toBeAttached();
  }
  await pay(page);
  await expect(page.getByRole('alert').getByRole('link', { name: 'Choose a prefecture' })).toBeVisible();
  await page.getByLabel('Prefecture').selectOption('Tokyo');
  await page.getByLabel('Postal code').fill('150-0001');
  await pay(page);

  await expect(page.getByText('1-2-3 Jingumae, Tokyo')).toBeVisible();
});

test('enter pays, and does not change the country', async ({ page }) => {
  await addToCart(page, '10');
  await page.goto('/checkout');
  await fillCheckout(page);
  await page.getByLabel('Card number').fill(GOOD_CARD);

  await page.getByLabel('Full name').press('Enter');

  await expect(page.getByRole('heading', { name: /^Thank you/ })).toBeVisible();
});

test('after a declined card one pays again', async ({ page }) => {
  await addToCart(page, '9');
  await buy(page, DECLINED_CARD);
  await waitFor(page, 'Payment failed');
  await expect(page.getByRole('heading', { name: 'Your bank declined the card' })).toBeVisible();

  await pay(page, GOOD_CARD);

  await waitFor(page, 'Paid');
  await expect(page.getByText('Payment declined by the bank')).toBeVisible();
  await expect(page.getByText('Payment received')).toBeVisible();
});

test('a total that has changed is shown before anything is charged', async ({ page, context, request }) => {
  await addToCart(page, '10');
  await page.goto('/checkout');
  const email = await fillCheckout(page);
  const otherTab = await context.newPage();
  await addToCart(otherTab, '7');

  await pay(page);

  await expect(page.getByRole('heading', { name: 'The total has changed' })).toBeVisible();
  expect(await new Api(request).findOrders(email)).toHaveLength(0);
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
  await pay(page);
  await expect(page.getByRole('heading', { name: /^Thank you/ })).toBeVisible();
});

test('an empty cart says so, and cannot be checked out', async ({ page }) => {
  await page.goto('/cart');
  await expect(page.getByRole('heading', { name: 'Nothing in it yet' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Check out' })).toHaveCount(0);

  await page.goto('/checkout');
  await expect(page.getByRole('heading', { name: 'Your cart is empty' })).toBeVisible();
  await expect(page.getByRole('button', { name: /^Pay/ })).toHaveCount(0);
});

test('pressing twice makes one order', async ({ page, request }) => {
  await addToCart(page, '10');
  await page.goto('/checkout');
  const email = await fillCheckout(page);
  await page.getByLabel('Card number').fill(GOOD_CARD);

  await page.getByRole('button', { name: /^Pay/ }).dblclick();

  await expect(page).toHaveURL(/\/order\//);
  expect(await new Api(request).findOrders(email)).toHaveLength(1);
});

test('a form that is sent twice at once makes one order', async ({ page, request, baseURL }) => {
  await addToCart(page, '10');
  await page.goto('/checkout');
  const email = await fillCheckout(page);
  const form: Record<string, string> = { 'form[card_number]': '4242424242424242' };
  const typed = ':not([name="form[card_number]"]):not([type="radio"]:not(:checked))';
  for (const field of await page.locator(`form[action="/fn/place_order"] [name]${typed}`).all()) {
    form[(await field.getAttribute('name')) ?? ''] = await field.inputValue();
  }

  const send = () => page.request.post('/fn/place_order', { form, headers: { accept: 'text/html', origin: baseURL ?? '' } });
  const answers = await Promise.all([send(), send(), send()]);

  const orders = await new Api(request).findOrders(email);
  expect(orders).toHaveLength(1);
  const places = new Set(answers.map((answer) => new URL(answer.url()).pathname));
  expect([...places]).toEqual([`/order/${orders[0].id}`]);
});

test('the cart can be changed until it is checked out', async ({ page }) => {
  await addToCart(page, '7');
  await page.getByRole('button', { name: 'One Linen tea towel more' }).click();
  await expect(page.getByLabel('Quantity of Linen tea towel')).toHaveValue('2');
  await expect(page.getByRole('link', { name: /^Cart\s*, 2 things$/ })).toBeVisible();

  await page.getByRole('button', { name: 'Remove Linen tea towel' }).click();

  await expect(page.getByRole('heading', { name: 'Nothing in it yet' })).toBeVisible();
});
