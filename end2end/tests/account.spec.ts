import { expect, test } from '@playwright/test';
import { addToCart, buy, orderId, waitFor } from '../support/buying';
import { CUSTOMER, another, newEmail, signIn } from '../support/people';

test('somebody registers, buys, and finds the order under their orders', async ({ page }) => {
  const email = newEmail();
  await page.goto('/register?next=/account/orders');
  await page.getByLabel('Full name').fill('Imani Castellanos');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('a few words in a row');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page).toHaveURL('/account/orders');
  await expect(page.getByText(`Signed in as ${email}`)).toBeVisible();
  await expect(page.getByRole('heading', { name: 'No orders yet' })).toBeVisible();

  await addToCart(page, '4');
  await page.goto('/checkout');
  await expect(page.getByLabel('E-mail')).toHaveValue(email);
  await buy(page);
  await page.goto('/account/orders');

  const order = page.getByRole('listitem').filter({ hasText: 'Brass pen' });
  await expect(order.getByText('Paid')).toBeVisible();
  await order.getByRole('link', { name: /^Order #\d+$/ }).click();
  await waitFor(page, 'Paid');
});

test('registering names every field that cannot be used, and keeps the others', async ({ page }) => {
  await page.goto('/register');
  await page.getByLabel('Full name').fill('Imani Castellanos');
  await page.getByLabel('E-mail').fill('imani');
  await page.getByLabel('Password').fill('short');
  await page.getByRole('button', { name: 'Create account' }).click();

  await expect(page.getByRole('alert').getByRole('link')).toHaveCount(2);
  await expect(page.getByLabel('E-mail')).toHaveAccessibleDescription(/is not an e-mail address/);
  await expect(page.getByLabel('Password')).toHaveAccessibleDescription(/10 to 200 characters/);
  await expect(page.getByLabel('Full name')).toHaveValue('Imani Castellanos');
  await expect(page.getByLabel('Password')).toHaveValue('');
});

test('an address has one account only', async ({ page }) => {
  await page.goto('/register');
  await page.getByLabel('Full name').fill('Somebody Else');
  await page.getByLabel('E-mail').fill(CUSTOMER.email);
  await page.getByLabel('Password').fill('a few words in a row');
  await page.getByRole('button', { name: 'Create account' }).click();

  await expect(page.getByRole('alert')).toContainText('There is an account with this e-mail');
});

test('a wrong password is refused, the right one goes on to where one was going', async ({ page }) => {
  await page.goto('/account/orders');
  await expect(page.getByRole('heading', { name: 'Sign in to see this' })).toBeVisible();
  await page.getByRole('main').getByRole('link', { name: 'Sign in' }).click();
  await page.getByLabel('E-mail').fill(CUSTOMER.email);
  await page.getByLabel('Password').fill('not the password');
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();
  await expect(page.getByRole('alert')).toContainText('That didn’t match');
  await expect(page.getByLabel('E-mail')).toHaveValue(CUSTOMER.email);
  await expect(page.getByLabel('Password')).toHaveValue('');

  await page.getByLabel('Password').fill(CUSTOMER.password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();

  await expect(page).toHaveURL('/account/orders');
  await expect(page.getByRole('heading', { level: 1, name: 'My orders' })).toBeVisible();
});

test('whoever signs out is a stranger again', async ({ page }) => {
  await signIn(page, CUSTOMER);
  await page.goto('/account/orders');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await expect(page).toHaveURL('/');

  const answer = await page.goto('/account/orders');

  expect(answer?.status()).toBe(401);
  await expect(page.getByRole('heading', { name: 'Sign in to see this' })).toBeVisible();
});

test('signing in leads to our own pages only', async ({ page, baseURL }) => {
  await page.goto('/sign-in?next=https://example.com/');
  await page.getByLabel('E-mail').fill(CUSTOMER.email);
  await page.getByLabel('Password').fill(CUSTOMER.password);
  await page.getByRole('main').getByRole('button', { name: 'Sign in' }).click();

  await expect(page).toHaveURL(`${baseURL}/account/orders`);
});

test('another person’s order is not there', async ({ page, browser }) => {
  await addToCart(page, '1');
  await buy(page);
  const path = `/order/${orderId(page)}`;
  for (const person of [undefined, CUSTOMER]) {
    const stranger = await another(browser, person);

    const answer = await stranger.goto(path);

    expect(answer?.status()).toBe(404);
    await expect(stranger.getByRole('heading', { name: 'There is nothing at this address' })).toBeVisible();
  }
});

test('a buyer changes their mind, and the money goes back', async ({ page }) => {
  await addToCart(page, '7');
  await buy(page);
  await waitFor(page, 'Paid');
  await page.getByText('Cancel this order').click();
  await expect(page.getByText('Cancels 1 thing and pays $24.20 back to your card. This can’t be undone.')).toBeVisible();
  await page.getByLabel('Reason').fill('Bought the wrong towel');
  await page.getByRole('button', { name: 'Cancel and refund $24.20' }).click();

  await waitFor(page, 'Refunded');
  await expect(page.getByText('Cancel this order')).toHaveCount(0);
});

test('the link to keep opens a guest’s order anywhere, and leaves a clean address', async ({ page, browser }) => {
  await addToCart(page, '1');
  await buy(page);
  const link = await page.getByRole('link', { name: 'this link' }).getAttribute('href');
  const path = `/order/${orderId(page)}`;
  expect(link).toMatch(new RegExp(`^${path}\\?token=.{20,}`));
  const elsewhere = await another(browser);

  await elsewhere.goto(link ?? '');

  await expect(elsewhere).toHaveURL(path);
  await waitFor(elsewhere, 'Paid');
  const stranger = await another(browser);
  expect((await stranger.goto(`${path}?token=guessed`))?.status()).toBe(404);
});
