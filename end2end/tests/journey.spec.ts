import { expect, test } from '@playwright/test';
import { addToCart, buy, orderId, standing, waitFor } from '../support/buying';
import { ADMIN, another } from '../support/people';

test('a guest buys, staff send the parcel, and the guest’s page follows', async ({ page, browser, javaScriptEnabled }) => {
  test.slow();
  const guestSees = async (word: string) => {
    // With JavaScript the page is live; without, one looks again.
    if (!javaScriptEnabled) {
      await page.reload();
    }
    await expect(standing(page, word)).toBeVisible();
  };

  await addToCart(page, '1');
  await page.getByRole('link', { name: 'Check out' }).click();
  await buy(page);
  await expect(page.getByRole('heading', { name: 'Thank you, Robin Okafor' })).toBeVisible();
  await waitFor(page, 'Paid');

  const staff = await another(browser, ADMIN);
  await staff.goto(`/admin/orders/${orderId(page)}`);
  await staff.getByRole('button', { name: 'Start packing' }).click();
  await expect(standing(staff, 'Packing')).toBeVisible();
  await guestSees('Packing');

  await staff.getByRole('link', { name: 'Ship 1 thing' }).click();
  await staff.getByLabel('Carrier').fill('DHL');
  await staff.getByLabel('Tracking number').fill('JD014600003SE');
  await staff.getByLabel('Expected').fill('2030-05-01');
  await staff.getByRole('button', { name: 'Ship what is left, 1 thing' }).click();
  await expect(standing(staff, 'On its way')).toBeVisible();
  await guestSees('On its way');
  await expect(page.getByText('JD014600003SE')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Track at DHL' })).toBeVisible();

  await staff.getByRole('button', { name: 'Mark as delivered' }).click();
  await expect(standing(staff, 'Delivered')).toBeVisible();
  await guestSees('Delivered');
  await expect(page.getByRole('heading', { name: 'What happened' })).toBeVisible();
});
