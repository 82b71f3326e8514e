import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, test } from '@playwright/test';

const key = { 'X-API-Key': 'demo-api-key' };
const buyers = 6;
const rounds = 4;
const ordersARound = 25;

/** A server of this test's own, whose database dies and comes back with it. */
class Server {
  private constructor(
    private readonly process: ChildProcess,
    readonly url: string,
  ) {}

  static async start(data: string): Promise<Server> {
    const child = spawn('../scripts/serve.sh', {
      env: { ...process.env, PORT: '0', DATA_DIR: data, DATABASE_URL: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    for await (const line of createInterface({ input: child.stdout! })) {
      const ready = line.match(/^Waybill is ready: (http\S+)/);
      if (ready) {
        return new Server(child, ready[1]);
      }
    }
    throw new Error('the server did not start');
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    const exit = once(this.process, 'exit');
    this.process.kill(signal);
    return (await exit)[0];
  }

  read(path: string) {
    return fetch(this.url + path, { headers: key });
  }

  /** Buys until the server is gone; remembers each order that was answered. */
  async buy(card: string, answered: Set<string>) {
    const order = {
      items: [{ product: '1', quantity: 1 }],
      customer: { email: 'ada@example.com', name: 'Ada Lovelace' },
      payment: { method: 'card', token: card },
    };
    const headers = { ...key, 'Content-Type': 'application/json' };
    for (;;) {
      try {
        const answer = await fetch(`${this.url}/api/v1/orders`, { method: 'POST', headers, body: JSON.stringify(order) });
        if (answer.status === 201) {
          answered.add((await answer.json()).id);
        }
      } catch {
        return;
      }
    }
  }
}

test('killed again and again, the server loses no order that it has answered', async () => {
  test.setTimeout(120_000);
  const data = `/tmp/waybill-crash-${process.pid}`;
  const answered = new Set<string>();
  try {
    for (let round = 1; round <= rounds; round += 1) {
      const server = await Server.start(data);
      const buying = Array.from({ length: buyers }, (_, buyer) =>
        server.buy(buyer % 3 === 0 ? '4000000000000259' : '4242424242424242', answered),
      );
      await expect.poll(() => answered.size, { timeout: 30_000 }).toBeGreaterThan(round * ordersARound);
      await server.end('SIGKILL');
      await Promise.all(buying);
    }

    const server = await Server.start(data);
    for (const id of answered) {
      expect((await server.read(`/api/v1/orders/${id}`)).status).toBe(200);
    }
    // The payments that ran when the server died are resolved by the one that came after it.
    const running = async () => (await (await server.read('/api/v1/orders?status=payment_pending')).json()).data;
    await expect.poll(running, { timeout: 60_000 }).toEqual([]);
    const confirmed = await Promise.all(
      [...answered].map(async (id) => (await (await server.read(`/api/v1/orders/${id}`)).json()).status),
    );
    expect(new Set(confirmed)).toEqual(new Set(['confirmed']));
    expect(await server.end('SIGTERM')).toBe(0);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
});
