import { type APIRequestContext, expect } from '@playwright/test';
import { ADMIN } from './people';

const headers = { 'X-API-Key': 'demo-api-key' };

/** An order as the API tells it; only what tests look at. */
export type Order = { id: string; number: number; status: string; total_minor: number; access_token?: string };

/** What an order says about its money, too. */
export type MoneyOf = Order & {
  explanation: { label: string; amount_minor: number; rule: string }[];
  refunds: { amount_minor: number; tax_minor: number }[];
};

/** A discount code's rules, as the API takes them. */
export type Code = {
  kind: 'free_delivery' | { percent: number } | { amount: number };
  storefront?: string;
  minimum_minor?: number;
  starts_at?: string;
  ends_at?: string;
  use_limit?: number;
};

/** What a test sells or buys through the API, as another program would. */
export class Api {
  private static count = 0;

  constructor(private readonly request: APIRequestContext) {}

  /** Goods of which nobody else buys. The reference is also the SKU, and ends the title. */
  async createGoods(onHand: number, title = 'Test spoon'): Promise<string> {
    const sku = Api.unique('GOODS');
    await this.post('/api/v1/products', {
      ref: sku,
      title: `${title} ${sku}`,
      kind: 'goods',
      variants: [{ sku, price_minor: 1_000, on_hand: onHand }],
    });
    return sku;
  }

  /** An event with two rows of three seats: $20.00 in A, $15.50 in B. */
  async createEvent(): Promise<string> {
    const ref = Api.unique('EVENT');
    const seats = ['A1', 'A2', 'A3', 'B1', 'B2', 'B3'].map((code, index) => ({
      seat_id: index + 1,
      seat_code: code,
      row: code[0],
      price_minor: code.startsWith('A') ? 2_000 : 1_550,
    }));
    await this.post('/api/v1/products', {
      ref,
      title: `Test concert ${ref}`,
      kind: 'event',
      starts_at: '2030-05-01T19:30:00Z',
      venue: 'Test hall',
      seats,
    });
    return ref;
  }

  /** An order that is paid. */
  async placeOrder(sku: string, email: string, quantity = 1, more: { discount_code?: string } = {}): Promise<Order> {
    return this.post('/api/v1/orders', {
      ...more,
      items: [{ sku, quantity }],
      customer: { email, name: 'Robin Okafor' },
      shipping_address: { street: '1 Post Lane', city: 'Bath', country: 'GB', postal_code: 'BA1 1AA' },
      payment: { method: 'card', token: '4242424242424242' },
    });
  }

  /** An order that waits for somebody to confirm it. */
  async placeUnpaidOrder(sku: string, email: string): Promise<Order> {
    return this.post('/api/v1/orders', {
      items: [{ sku, quantity: 1 }],
      customer: { email, name: 'Robin Okafor' },
      shipping_address: { street: '1 Post Lane', city: 'Bath', country: 'GB', postal_code: 'BA1 1AA' },
    });
  }

  /** A code that only this test knows. Admins make codes; keys may not. */
  async createCode(rules: Code): Promise<string> {
    const { email, password } = ADMIN;
    const { access_token } = await this.post('/api/v1/auth/token', { email, password });
    const code = Api.unique('CODE');
    const answer = await this.request.post('/api/v1/discount-codes', {
      headers: { Authorization: `Bearer ${access_token}` },
      data: { code, ...rules },
    });
    expect(answer, await answer.text()).toBeOK();
    return code;
  }

  /** What one costs at the default storefront, from now on. */
  async setPrice(sku: string, priceMinor: number) {
    const data = { prices: [{ sku, price_minor: priceMinor }] };
    const answer = await this.request.put('/api/v1/storefronts/default/prices', { headers, data });
    expect(answer, await answer.text()).toBeOK();
  }

  async order(id: string): Promise<MoneyOf> {
    const answer = await this.request.get(`/api/v1/orders/${id}`, { headers });
    expect(answer, await answer.text()).toBeOK();
    return answer.json();
  }

  async setStatus(order: Pick<Order, 'id'>, status: string) {
    const answer = await this.request.put(`/api/v1/orders/${order.id}/status`, { headers, data: { status } });
    expect(answer, await answer.text()).toBeOK();
  }

  async ship(order: Order, trackingNumber: string) {
    await this.post(`/api/v1/orders/${order.id}/shipments`, { carrier: 'DHL', tracking_number: trackingNumber });
  }

  /** How many are on the shelf. */
  async onHand(sku: string): Promise<number> {
    const answer = await this.request.get(`/api/v1/inventory/${sku}`, { headers });
    expect(answer, await answer.text()).toBeOK();
    return (await answer.json()).on_hand;
  }

  /** The orders that these words find. */
  async findOrders(words: string): Promise<Order[]> {
    const answer = await this.request.get('/api/v1/orders', { headers, params: { q: words } });
    expect(answer, await answer.text()).toBeOK();
    return (await answer.json()).data;
  }

  private async post(path: string, data: object) {
    const answer = await this.request.post(path, { headers, data });
    expect(answer, await answer.text()).toBeOK();
    return answer.json();
  }

  private static unique(word: string): string {
    Api.count += 1;
    return `${word}-${process.pid}-${Date.now()}-${Api.count}`;
  }
}
