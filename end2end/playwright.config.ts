import { rmSync } from 'node:fs';
import { defineConfig } from '@playwright/test';
import { chromium } from './chromium.js';

const port = Number(process.env.PORT ?? 3210);

// The demo's data, which nobody had before and nobody has after. The server makes the folder itself, so that the
// user who runs its database can get there. Workers read this file too, and have no part in that.
const data = `/tmp/waybill-end2end-${process.pid}`;
if (process.env.TEST_WORKER_INDEX === undefined) {
  process.on('exit', () => rmSync(data, { recursive: true, force: true }));
}

/**
 * Every spec runs twice: in a browser as it is, and in one without JavaScript, where all must work too.
 * What lives only with JavaScript is in `*.live.spec.ts`.
 */
export default defineConfig({
  testDir: 'tests',
  workers: 2,
  retries: 0,
  // A busy machine is slow, and no failure.
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: !!process.env.CI,
  reporter: [['list'], ['./count.ts']],
  use: {
    baseURL: `http://127.0.0.1:${port}`,
    launchOptions: chromium,
    locale: 'en-GB',
    timezoneId: 'UTC',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
  },
  projects: [
    { name: 'javascript' },
    { name: 'no-javascript', testIgnore: '**/*.live.spec.ts', use: { javaScriptEnabled: false } },
  ],
  webServer: {
    command: '../scripts/serve.sh',
    env: { PORT: String(port), DATA_DIR: data, DATABASE_URL: '' },
    url: `http://127.0.0.1:${port}/health/ready`,
    reuseExistingServer: false,
    gracefulShutdown: { signal: 'SIGTERM', timeout: 10_000 },
    stdout: 'pipe',
    timeout: 60_000,
  },
});
