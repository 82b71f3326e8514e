import AxeBuilder from '@axe-core/playwright';
import { type Page, expect, test } from '@playwright/test';
import { Api } from '../support/api';
import { DECLINED_CARD, GOOD_CARD, addToCart, buy, orderId } from '../support/buying';
import { ADMIN, CUSTOMER, newEmail, signIn } from '../support/people';

/** Pages that a stranger can open, with nothing done before. */
const STRANGERS = [
  '/',
  '/?q=brass',
  '/?q=zeppelin',
  '/products/1',
  '/products/2',
  '/products/6',
  '/products/101',
  '/cart',
  '/checkout',
  '/sign-in',
  '/register',
  '/account/orders',
  '/admin/orders',
  '/nowhere',
];

const hasNoScripts = () => test.info().project.use.javaScriptEnabled === false;

/** Everything that a page complains about while it is open. */
function complaints(page: Page): string[] {
  const found: string[] = [];
  page.on('console', (message) => {
    // That a page answers 401 or 404 is what was asked of it.
    const isOwnStatus = message.location().url === page.url() && message.text().startsWith('Failed to load resource');
    // A browser without scripts never uses the program, and says so after a while.
    const isUnused = hasNoScripts() && message.text().includes('was preloaded using link preload but not used');
    if (['error', 'warning'].includes(message.type()) && !isOwnStatus && !isUnused) {
      found.push(`${page.url()}: ${message.text()}`);
    }
  });
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText;
    // Leaving a page stops what it was still loading; a browser without scripts does not load them.
    if (why !== 'net::ERR_ABORTED' && !(hasNoScripts() && why === 'csp')) {
      found.push(`${page.url()}: ${request.url()}: ${why}`);
    }
  });
  page.on('pageerror', (error) => found.push(`${page.url()}: ${error.message}`));
  return found;
}

/** Looks at the page that is open as critics do: nothing scrolls sideways, nothing breaks a rule of accessibility. */
async function inspect(page: Page, what: string) {
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, `${what} scrolls sideways`).toBeLessThanOrEqual(0);
  if (hasNoScripts()) {
    // The critic is a script itself. It sees the same markup where scripts run.
    return;
  }
  const { violations } = await new AxeBuilder({ page }).analyze();
  const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join('\n')}`);
  expect(found, what).toEqual([]);
}

/** Looks at a page by day on a small phone, and by night on a desk. */
async function examine(page: Page, path: string) {
  await page.goto(path);
  for (const [colorScheme, width] of [['light', 360], ['dark', 1280]] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height: 800 });
    await inspect(page, `${path}, ${colorScheme}, ${width} px`);
  }
}

for (const path of STRANGERS) {
  test(`${path} stands up to a close look`, async ({ page }) => {
    const found = complaints(page);

    await examine(page, path);

    expect(found).toEqual([]);
  });
}

test('the pages of buying stand up to a close look', async ({ page }) => {
  test.slow();
  const found = complaints(page);
  await addToCart(page, '2');
  await examine(page, '/cart');
  await examine(page, '/checkout');
  await page.getByRole('button', { name: /^Pay/ }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await examine(page, page.url());
  await buy(page, DECLINED_CARD);
  await examine(page, page.url());
  await addToCart(page, '10');
  await buy(page);
  await examine(page, page.url());
  await examine(page, `/order/${orderId(page)}`);

  expect(found).toEqual([]);
});

test('the pages of an account stand up to a close look', async ({ page }) => {
  const found = complaints(page);
  await page.goto('/register');
  await page.getByLabel('E-mail').fill('nobody');
  await page.getByRole('button', { name: 'Create account' }).click();
  await expect(page.getByRole('alert')).toBeVisible();
  await examine(page, page.url());
  await signIn(page, CUSTOMER);
  await addToCart(page, '7');
  await buy(page);
  await examine(page, '/account/orders');
  await examine(page, '/account/password');
  await examine(page, '/reset-password?reset=x');
  await examine(page, '/forgot-password');
  await examine(page, '/docs');

  expect(found).toEqual([]);
});

test('the dashboard stands up to a close look', async ({ page, request }) => {
  test.slow();
  const found = complaints(page);
  const api = new Api(request);
  const [sku, email] = [await api.createGoods(10), newEmail()];
  const sent = await api.placeOrder(sku, email);
  const order = await api.placeOrder(sku, email);
  await api.ship(sent, 'T-1');
  await signIn(page, ADMIN);

  await examine(page, `/admin/orders?q=${email}`);
  await examine(page, '/admin/orders?q=zeppelin');
  await examine(page, '/admin/products');
  await examine(page, '/admin/products/11');
  await examine(page, '/admin/mails');
  await examine(page, '/admin/webhooks');
  await examine(page, '/admin/keys');
  await examine(page, '/admin/people');
  await examine(page, '/admin/storefronts');
  await examine(page, '/admin/storefronts/euro');
  await examine(page, '/admin/storefronts/euro/prices');
  await examine(page, '/admin/storefronts/euro/delivery/post');
  await examine(page, '/admin/discounts');
  await examine(page, '/admin/discounts/FIRST20');
  await examine(page, `/admin/orders/${sent.id}`);
  await examine(page, `/admin/orders/${order.id}`);
  await page.getByRole('button', { name: 'Cancel order' }).click();
  await expect(page.getByRole('dialog')).toBeVisible();
  await inspect(page, 'the question before cancelling');

  expect(found).toEqual([]);
});

test('every answer carries the headers that keep browsers safe', async ({ request }) => {
  for (const path of ['/', '/cart', '/sign-in', '/nowhere', '/api/v1/products', '/health']) {
    const headers = (await request.get(path)).headers();

    expect(headers['content-security-policy'], path).toContain("default-src '");
    expect(headers['content-security-policy'], path).not.toContain('unsafe-inline');
    expect(headers['x-content-type-options'], path).toBe('nosniff');
    expect(headers['referrer-policy'], path).toMatch(/^(same-origin|strict-origin|no-referrer)/);
    expect(headers['x-frame-options'], path).toBe('DENY');
    expect(headers['x-request-id'], path).toBeTruthy();
  }
});

test('scripts run by the nonce of their own answer', async ({ request }) => {
  const nonces = new Set<string>();
  for (let count = 0; count < 2; count += 1) {
    const answer = await request.get('/');
    const nonce = /'nonce-([^']+)'/.exec(answer.headers()['content-security-policy'])?.[1] ?? '';
    const html = await answer.text();
    nonces.add(nonce);

    expect(nonce.length).toBeGreaterThan(15);
    expect(html.match(/<script/g)?.length).toBe(html.split(`<script type="module" nonce="${nonce}"`).length - 1 + html.split(`<script nonce="${nonce}"`).length - 1);
    expect(html).not.toMatch(/ on[a-z]+="| style="/);
  }
  expect(nonces.size).toBe(2);
});

test.describe('in German', () => {
  test.use({ locale: 'de-DE' });

  test('the pages of another storefront stand up to a close look', async ({ page }) => {
    test.slow();
    const found = complaints(page);
    await examine(page, '/eu');
    await page.getByRole('button', { name: /^Shop und Sprache/ }).click();
    await inspect(page, 'the choice of shops and languages');
    await examine(page, '/jp/products/12');
    await examine(page, '/eu/products/11');
    await page.getByRole('button', { name: 'In den Warenkorb' }).click();
    await page.locator('#code summary').click();
    await page.getByLabel('Rabattcode').fill('unbekannt');
    await page.getByRole('button', { name: 'Einlösen' }).click();
    await expect(page.getByLabel('Rabattcode')).toHaveAttribute('aria-invalid', 'true');
    await examine(page, '/eu/cart');
    await examine(page, '/eu/checkout');
    await page.getByLabel('Rabattcode').fill('welcome10');
    await page.getByRole('button', { name: 'Einlösen' }).click();
    await expect(page.locator('#code')).toContainText('WELCOME10');
    await examine(page, '/eu/checkout');
    await page.getByLabel('E-Mail').fill(newEmail());
    await page.getByLabel('Vor- und Nachname').fill('Robin Okafor');
    await page.getByLabel('Straße und Hausnummer').fill('Poststr. 1');
    await page.getByLabel('Postleitzahl').fill('10115');
    await page.getByLabel('Ort', { exact: true }).fill('Berlin');
    await page.getByLabel('Kartennummer').fill(GOOD_CARD);
    await page.getByRole('button', { name: /zahlen$/ }).click();
    await expect(page.getByRole('heading', { name: /^Vielen Dank/ })).toBeVisible();
    await examine(page, page.url());

    expect(found).toEqual([]);
  });
});
