import { type Locator, type Page, expect, test } from '@playwright/test';
import { Api } from '../support/api';
import { GOOD_CARD, orderId } from '../support/buying';
import { ADMIN, another, newEmail } from '../support/people';

/** A storefront, as somebody who buys there sees it. */
type Market = {
  code: string;
  prefix: string;
  locale: string;
  /** A flask and notebooks, a tenth off, by express. */
  sum: string[];
  /** What the API says of the same. */
  working: [string, number][];
  total_minor: number;
  /** What comes back for the notebooks, and how much of it is tax. */
  refund: { row: string; note: string; kept: string; amount_minor: number; tax_minor: number };
  words: Record<'apply' | 'code' | 'express' | 'update' | 'pay' | 'thanks' | 'add' | 'kept' | 'notebooks' | 'why', string | RegExp>;
  address: [string | RegExp, string][];
};

const ENGLISH = {
  add: 'Add to cart',
  code: 'Discount code',
  apply: 'Apply',
  update: 'Update the total',
  thanks: 'Thank you, Robin Okafor',
  kept: 'Paid in the end',
  notebooks: /^Pocket notebooks/,
  why: 'Why this total',
};

const MARKETS: Market[] = [
  // 36.00 + 14.00; a tenth is 5.00; 10 % of 45.00 + 12.00 is 5.70. The notebooks: 14.00 − 1.40 + 3.36 of the delivery + 1.60.
  {
    code: 'default',
    prefix: '',
    locale: 'en-US',
    sum: ['Items $50.00', 'Discount -$5.00', 'Delivery $12.00', 'Tax $5.70', 'Total $62.70'],
    working: [['Items', 5_000], ['Discount', -500], ['Delivery', 1_200], ['Tax', 570]],
    total_minor: 6_270,
    refund: { row: '-$17.56', note: '$1.60 of it is tax', kept: '$45.14', amount_minor: 1_756, tax_minor: 160 },
    words: { ...ENGLISH, express: 'Express', pay: 'Pay $62.70' },
    address: [
      ['Street and number', '218 Alder Street'],
      ['City', 'Portland'],
      ['State', 'Oregon'],
      ['ZIP code', '97205'],
    ],
  },
  // 34.90 + 12.90; a tenth is 4.78; of what is paid, 42.29 has 19 % in it and 15.63 has 7 %: the notebooks.
  {
    code: 'euro',
    prefix: '/eu',
    locale: 'de-DE',
    sum: [
      'Artikel 47,80 €',
      'Rabatt -4,78 €',
      'Versand 14,90 €',
      'Gesamtsumme 57,92 €',
      'Enthält 6,75 € MwSt. (19 %)',
      'Enthält 1,02 € MwSt. (7 %)',
    ],
    working: [
      ['Artikel', 4_780],
      ['Rabatt', -478],
      ['Versand', 1_490],
      ['Enthält 6,75 € MwSt. (19 %)', 0],
      ['Enthält 1,02 € MwSt. (7 %)', 0],
    ],
    total_minor: 5_792,
    refund: { row: '-15,63 €', note: 'davon 1,02 € MwSt.', kept: '42,29 €', amount_minor: 1_563, tax_minor: 102 },
    words: {
      add: 'In den Warenkorb',
      code: 'Rabattcode',
      apply: 'Einlösen',
      express: 'Expresskurier',
      update: 'Summe aktualisieren',
      pay: '57,92 € zahlen',
      thanks: 'Vielen Dank, Robin Okafor',
      kept: 'Am Ende bezahlt',
      notebooks: /^Notizhefte/,
      why: 'Warum diese Summe',
    },
    address: [
      ['Straße und Hausnummer', 'Poststr. 1'],
      ['Postleitzahl', '10115'],
      ['Ort', 'Berlin'],
    ],
  },
  // 5,200 + 1,980; a tenth is 718; 1,100 by weight; 7,562 has 10 % in it. The notebooks: 1,980 − 198 + 303.
  {
    code: 'yen',
    prefix: '/jp',
    locale: 'en-GB',
    sum: ['Items ¥7,180', 'Discount -¥718', 'Delivery ¥1,100', 'Total ¥7,562', 'Includes ¥687 tax'],
    working: [['Items', 7_180], ['Discount', -718], ['Delivery', 1_100], ['Includes ¥687 tax', 0]],
    total_minor: 7_562,
    refund: { row: '-¥2,085', note: '¥189 of it is tax', kept: '¥5,477', amount_minor: 2_085, tax_minor: 189 },
    words: { ...ENGLISH, express: 'Next day', pay: 'Pay ¥7,562' },
    address: [
      ['Street and number', '1-2-3 Jingumae'],
      ['Prefecture', 'Tokyo'],
      ['Postal code', '150-0001'],
    ],
  },
];

/** The rows of a sum as they read, one after the other. */
async function rows(list: Locator): Promise<string[]> {
  const texts = await list.locator('.sum-row, .sum-note').allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, ' ').trim());
}

async function fillAddress(page: Page, fields: Market['address']) {
  for (const [label, value] of fields) {
    const field = page.getByLabel(label, { exact: true });
    if ((await field.evaluate((it) => it.tagName)) === 'SELECT') {
      await field.selectOption(value);
    } else {
      await field.fill(value);
    }
  }
}

for (const market of MARKETS) {
  const { code, prefix, words, sum } = market;

  test.describe(`at the storefront ${code}`, () => {
    test.use({ locale: market.locale });

    test('one cart costs on every page, in the API and when it goes back what it should', async ({
      page,
      browser,
      request,
      javaScriptEnabled,
    }) => {
      test.slow();
      for (const product of ['11', '3']) {
        await page.goto(`${prefix}/products/${product}`);
        await page.getByRole('button', { name: words.add }).click();
      }
      await expect(page).toHaveURL(`${prefix}/cart`);
      await page.locator('#code summary').click();
      await page.getByLabel(words.code).fill('welcome10');
      await page.getByRole('button', { name: words.apply }).click();
      await expect(page.locator('#code')).toContainText('WELCOME10');
      await page.getByRole('radio', { name: words.express }).check();
      if (!javaScriptEnabled) {
        await page.getByRole('button', { name: words.update }).click();
      }
      const inCart = page.locator('#cart-sum .sum-list');
      await expect.poll(() => rows(inCart)).toEqual(sum);

      await page.goto(`${prefix}/checkout`);
      expect(await rows(page.locator('#review-part .sum-list'))).toEqual(sum);
      await page.locator('#email').fill(newEmail());
      await page.locator('#name').fill('Robin Okafor');
      await fillAddress(page, market.address);
      await page.locator('#card_number').fill(GOOD_CARD);
      await page.getByRole('button', { name: words.pay }).click();

      await expect(page.getByRole('heading', { name: words.thanks })).toBeVisible();
      expect(new URL(page.url()).pathname).toMatch(new RegExp(`^${prefix}/order/`));
      const money = page.locator('#order-money .sum-list');
      expect(await rows(money)).toEqual(sum);
      const api = new Api(request);
      const order = await api.order(orderId(page));
      expect(order).toMatchObject({ storefront: code, total_minor: market.total_minor, discount_code: 'WELCOME10' });
      expect(order.explanation.map((it) => [it.label.replace(/\s/g, ' '), it.amount_minor])).toEqual(market.working);
      // The same words explain the total to buyer, staff and program.
      await page.getByText(words.why).click();
      for (const { rule } of order.explanation) {
        await expect(page.locator('#order-money .why-total')).toContainText(rule);
      }

      const staff = await another(browser, ADMIN);
      await staff.goto(`/admin/orders/${order.id}`);
      const told = staff.locator('#money');
      expect(await rows(told.locator('.sum-list').first())).toEqual(sum);
      for (const { rule } of order.explanation) {
        await expect(told.locator('.why-total')).toContainText(rule);
      }
      await staff.getByRole('button', { name: 'Refund' }).click();
      await staff.getByRole('dialog').getByLabel(words.notebooks).fill('1');
      await staff.getByRole('button', { name: 'Refund this' }).click();
      await expect(staff.locator('#order-head')).toContainText('Partly refunded');

      const { refund } = market;
      await page.goto(`${prefix}/order/${order.id}`);
      const after = await rows(money);
      expect(after.slice(0, sum.length), 'what was bought cost what it cost').toEqual(sum);
      expect(after.slice(sum.length)).toEqual([
        expect.stringContaining(`${refund.note} ${refund.row}`),
        `${words.kept} ${refund.kept}`,
      ]);
      const { amount_minor, tax_minor } = refund;
      expect((await api.order(order.id)).refunds).toMatchObject([{ amount_minor, tax_minor }]);
    });
  });
}

test('whoever changes the storefront stays on the page, and the cart comes along', async ({ page }) => {
  await page.goto('/products/3');
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.goto('/products/3');
  const change = async (to: string) => {
    await page.locator('.market-button').click();
    await page.locator('.market-panel').getByText(to, { exact: true }).click();
  };
  await expect(page.locator('.product-price')).toContainText('$14.00 Plus tax');

  await change('Parcel & Post Europe');
  await expect(page).toHaveURL('/eu/products/3');
  await expect(page.locator('.product-price')).toContainText('€12.90 Tax included, plus delivery');
  await change('Deutsch');
  await expect(page).toHaveURL('/eu/products/3');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Notizhefte, drei Stück');
  await expect(page.locator('.product-price')).toContainText(/12,90\s€\sinkl. MwSt., zzgl. Versand/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');

  await page.getByRole('link', { name: /^Warenkorb/ }).click();
  await expect(page.locator('.cart-line')).toContainText(/12,90\s€/);
  await change('Parcel & Post Japan');
  await expect(page).toHaveURL('/jp/cart');
  await expect(page.locator('.cart-line')).toContainText('¥1,980');
  await change('Parcel & Post');
  await expect(page).toHaveURL('/cart');
  await expect(page.locator('.cart-line')).toContainText('$14.00');
});

test('what was typed into the checkout is there in another language, and after a look into the cart', async ({ page }) => {
  await page.goto('/eu/products/3');
  await page.getByRole('button', { name: 'Add to cart' }).click();
  await page.goto('/eu/checkout');
  await page.getByLabel('Full name').fill('Robin Okafor');
  await page.getByLabel('Street and number').fill('Poststraße 1');
  await page.getByRole('radio', { name: /^Express/ }).check();

  await page.locator('.market-button').click();
  await page.locator('.market-panel').getByText('Deutsch', { exact: true }).click();
  await expect(page).toHaveURL('/eu/checkout');
  await expect(page.getByLabel('Vor- und Nachname')).toHaveValue('Robin Okafor');
  await expect(page.getByLabel('Straße und Hausnummer')).toHaveValue('Poststraße 1');
  await expect(page.getByRole('radio', { name: /^Express/ })).toBeChecked();

  await page.getByLabel('Ort', { exact: true }).fill('Berlin');
  await page.getByRole('button', { name: 'Warenkorb ändern' }).click();
  await expect(page).toHaveURL('/eu/cart');
  await page.goBack();
  await page.goto('/eu/checkout');
  await expect(page.getByLabel('Ort', { exact: true })).toHaveValue('Berlin');

  await page.locator('.market-button').click();
  await page.locator('.market-panel').getByText('Parcel & Post Japan', { exact: true }).click();
  await expect(page).toHaveURL('/jp/checkout');
  await expect(page.getByLabel('Full name')).toHaveValue('Robin Okafor');
  await expect(page.getByLabel('Country')).toHaveAccessibleDescription(/does not send to Germany/);
});

test('what a storefront does not sell is said there, with where it can be had', async ({ page }) => {
  await page.goto('/products/12');
  await page.getByRole('button', { name: 'Add to cart' }).click();

  const answer = await page.goto('/jp/products/12');
  expect(answer?.status()).toBe(404);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('This shop does not sell it');
  const main = page.getByRole('main');
  await expect(main.getByRole('link', { name: 'Parcel & Post Europe' })).toHaveAttribute('href', '/eu/products/12');

  await main.getByRole('link', { name: 'Parcel & Post Europe' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Letter scale');

  await page.goto('/jp/cart');
  await page.getByRole('link', { name: 'See where it is sold' }).click();
  await expect(page).toHaveURL('/jp/products/12');
  await page.goto('/jp/cart');
  await expect(page.getByRole('heading', { name: 'Not everything is sold in this shop' })).toBeVisible();
  await expect(page.getByText('Not sold in this shop')).toBeVisible();
  await expect(page.getByRole('link', { name: 'Check out' })).toHaveCount(0);
  await page.getByRole('button', { name: 'Remove Letter scale' }).click();
  await expect(page.getByRole('heading', { name: 'Nothing in it yet' })).toBeVisible();
});

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });

  test('a checkout that cannot be used says so in German', async ({ page, javaScriptEnabled }) => {
    await page.goto('/eu/products/3');
    await page.getByRole('button', { name: 'In den Warenkorb' }).click();
    await page.goto('/eu/checkout');
    await page.getByLabel('E-Mail').fill('niemand');
    await page.getByLabel('Postleitzahl').fill('123');
    await page.getByRole('button', { name: /zahlen$/ }).click();

    const summary = page.getByRole('alert');
    await expect(summary.getByRole('heading')).toHaveText('Sechs Angaben fehlen oder stimmen nicht');
    expect(await summary.getByRole('link').allInnerTexts()).toEqual([
      'Geben Sie eine E-Mail-Adresse wie name@example.com ein',
      'Geben Sie Ihren Vor- und Nachnamen ein',
      'Geben Sie Straße und Hausnummer ein',
      expect.stringMatching(/^Geben Sie eine Postleitzahl wie \d{5} ein$/),
      'Geben Sie einen Ort ein',
      'Geben Sie eine Kartennummer ein',
    ]);
    await expect(page.getByLabel('Postleitzahl')).toHaveValue('123');

    await page.getByLabel('Land', { exact: true }).selectOption('Irland');
    if (!javaScriptEnabled) {
      await page.getByRole('button', { name: 'Land ändern' }).click();
    }
    await expect(page.getByLabel(/^Eircode/)).toBeVisible();
    await expect(page.getByLabel('Postleitzahl')).toHaveCount(0);
    await expect(page.getByLabel('E-Mail')).toHaveValue('niemand');
  });
});
