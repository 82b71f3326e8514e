// What a visitor pays: a release server on the demo's data, measured against its budgets.
import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { chromium as browserType } from '@playwright/test';
import { chromium } from './chromium.js';

const port = 3211;
const origin = `http://127.0.0.1:${port}`;
const data = `/tmp/waybill-budget-${process.pid}`;
const env = { ...process.env, PORT: String(port), DATA_DIR: data, DATABASE_URL: '' };
process.on('exit', () => rmSync(data, { recursive: true, force: true }));

/** Starts the server and returns it with the seconds it took to be ready. */
async function start() {
  const began = performance.now();
  const server = spawn(fileURLToPath(new URL('../scripts/serve.sh', import.meta.url)), ['release'], { env });
  server.stderr.pipe(process.stderr);
  while (!(await isReady())) {
    if (server.exitCode !== null) throw new Error('the server did not start');
    await sleep(10);
  }
  return { server, seconds: (performance.now() - began) / 1000 };
}

const isReady = () => fetch(`${origin}/health/ready`).then((answer) => answer.ok, () => false);

const stop = (server) =>
  new Promise((stopped) => {
    server.once('exit', stopped);
    server.kill('SIGTERM');
  });

/** The server alone; its database has settings of its own. */
function residentMegabytes(server) {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)[1]) / 1024;
}

/** Bytes over the wire, compressed as they came, of a page opened by somebody who was never here. */
async function firstVisit(browser, path) {
  const context = await browser.newContext();
  const page = await context.newPage();
  const network = await context.newCDPSession(page);
  await network.send('Network.enable');
  const kinds = new Map();
  const bytes = {};
  network.on('Network.responseReceived', ({ requestId, type }) => kinds.set(requestId, type));
  network.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    const kind = (kinds.get(requestId) ?? 'Other').toLowerCase();
    bytes[kind] = (bytes[kind] ?? 0) + encodedDataLength;
  });
  // Not "networkidle": a live feed never is.
  await page.goto(origin + path, { waitUntil: 'load' });
  await page.waitForTimeout(2000);
  await context.close();
  const total = Object.values(bytes).reduce((sum, part) => sum + part, 0);
  const parts = Object.entries(bytes).map(([kind, part]) => `${kind} ${kilobytes(part)}`);
  return { kilobytes: total / 1000, parts: parts.join(', ') };
}

const kilobytes = (bytes) => (bytes / 1000).toFixed(1);

let over = false;

function compare(what, measured, budget, unit, remark = '') {
  const verdict = measured <= budget ? 'ok  ' : 'OVER';
  over ||= measured > budget;
  console.log(`${verdict} ${what.padEnd(26)} ${measured.toFixed(2).padStart(8)} of ${budget} ${unit} ${remark}`);
}

const first = await start();
await stop(first.server);
// The second start finds its schema and its data: what every restart costs.
const { server, seconds } = await start();
const browser = await browserType.launch(chromium);
try {
  await sleep(2000);
  compare('time to ready', seconds, 1, 's');
  compare('memory at rest', residentMegabytes(server), 64, 'MB');
  for (const path of ['/', '/products/1']) {
    const visit = await firstVisit(browser, path);
    compare(`first visit of ${path}`, visit.kilobytes, 250, 'KB', `(${visit.parts})`);
  }
} finally {
  await browser.close();
  await stop(server);
}
process.exitCode = over ? 1 : 0;
