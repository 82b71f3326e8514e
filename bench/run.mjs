// What an order costs: a release server under load, beside the least SQL that an order can be made of, on the same
// Postgres with default durability. Everything is a ratio of figures taken in one run.
//
//   SECONDS_EACH=20 CONNECTIONS=32 ORDERS=200000 node bench/run.mjs
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';

const here = fileURLToPath(new URL('.', import.meta.url));
const seconds = Number(process.env.SECONDS_EACH ?? 20);
const connections = Number(process.env.CONNECTIONS ?? 32);
const seeded = Number(process.env.ORDERS ?? 200_000);
const products = 1000;
const port = 3212;
const origin = `http://127.0.0.1:${port}`;
const database = process.env.DATABASE_URL;
const scratch = mkdtempSync(join(tmpdir(), 'waybill-bench-'));
process.on('exit', () => rmSync(scratch, { recursive: true, force: true }));

const env = {
  ...process.env,
  PORT: String(port),
  JWT_SECRET: 'a secret that is only for the benchmark',
  ADMIN_EMAIL: 'admin@example.com',
  ADMIN_PASSWORD: 'a password that is only for the benchmark',
  LOG_FORMAT: 'json',
  RUST_LOG: 'warn',
};
const serve = (...args) => execFileSync(process.env.SERVER, args, { env, encoding: 'utf8' });
const psql = (sql) =>
  execFileSync('psql', [database, '--no-psqlrc', '--quiet', '--tuples-only', '--no-align', '-c', sql], { encoding: 'utf8' });

// CPU seconds of processes, from /proc: of the server, of Postgres with everything it has started.
const ticks = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
function cpuOf(pid, withChildren) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
  const [user, system, ofDead, systemOfDead] = fields.slice(11, 15);
  return (user + system + (withChildren ? ofDead + systemOfDead : 0)) / ticks;
}
const postmaster = Number(readFileSync(join(psql('show data_directory').trim(), 'postmaster.pid'), 'utf8').split('\n')[0]);
function cpuOfPostgres() {
  let sum = cpuOf(postmaster, true);
  for (const pid of readdirSync('/proc').filter((it) => /^\d+$/.test(it))) {
    try {
      if (/\nPPid:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] === String(postmaster)) sum += cpuOf(pid, false);
    } catch {
      // It has ended meanwhile; the postmaster counts it.
    }
  }
  return sum;
}
const peakMegabytes = (pid) => Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1024;

/** Runs `load` and says what it cost: for each thing done, milliseconds of CPU. */
async function measure(load) {
  const before = [cpuOf(server.pid, false), cpuOfPostgres()];
  const result = await load();
  const [ofServer, ofPostgres] = [cpuOf(server.pid, false) - before[0], cpuOfPostgres() - before[1]];
  const each = (cpu) => (cpu * 1000) / result.done;
  return { ...result, serverMs: each(ofServer), postgresMs: each(ofPostgres) };
}

function run(command, args, more = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { env: { ...env, ...more }, stdio: ['ignore', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (data) => (out += data));
    child.on('exit', (code) => (code === 0 ? resolve(out) : reject(new Error(`${command} ended with ${code}\n${out}`))));
  });
}

async function wrk(script, { clients = connections, ...more } = {}) {
  const threads = Math.min(2, clients);
  const out = await run('wrk', ['-t', threads, '-c', clients, '-d', `${seconds}s`, '-s', join(here, script), origin], more);
  const result = JSON.parse(/RESULT (.*)/.exec(out)[1]);
  return { done: result.requests - result.failed, perSecond: (result.requests - result.failed) / result.seconds, ...result };
}

async function pgbench(script) {
  const url = database.replace('/waybill', '/least');
  const out = await run('pgbench', ['-n', '-M', 'prepared', '-c', connections, '-j', 2, '-T', seconds, '-f', join(here, script), url]);
  return {
    done: Number(/transactions actually processed: (\d+)/.exec(out)[1]),
    perSecond: Number(/tps = ([\d.]+)/.exec(out)[1]),
    p50_ms: Number(/latency average = ([\d.]+)/.exec(out)[1]),
    failed: Number(/failed transactions: (\d+)/.exec(out)?.[1] ?? 0),
  };
}

function show(what, it) {
  const cpu = `CPU ${(it.serverMs + it.postgresMs).toFixed(3)} ms (server ${it.serverMs.toFixed(3)}, Postgres ${it.postgresMs.toFixed(3)})`;
  const p99 = it.p99_ms ? `, p99 ${it.p99_ms.toFixed(1)}` : '';
  console.log(`${what.padEnd(34)} ${it.perSecond.toFixed(0).padStart(6)}/s  p50 ${it.p50_ms.toFixed(1)}${p99} ms  ${cpu}${it.failed ? `  FAILED ${it.failed}` : ''}`);
}

async function api(path, body) {
  const answer = await fetch(origin + path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': env.API_KEY },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

serve('migrate');
env.API_KEY = serve('keys', 'create', 'benchmark').trim().split('\n').at(-1);
const server = spawn(process.env.SERVER, ['serve'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
const ended = new Promise((resolve) => server.once('exit', resolve));
try {
  while (!(await fetch(`${origin}/health/ready`).then((it) => it.ok, () => false))) await sleep(50);
  for (let first = 1; first <= products; first += 100) {
    const variants = Array.from({ length: 100 }, (_, index) => ({ sku: `B-${first + index}`, price_minor: 1800, on_hand: 1_000_000_000 }));
    await api('/api/v1/products', { ref: `bench-${first}`, title: 'Enamel mug', kind: 'goods', variants });
  }
  psql('create database least');
  execFileSync('psql', [database.replace('/waybill', '/least'), '-q', '-v', 'ON_ERROR_STOP=1', '-f', join(here, 'least_schema.sql')]);
  const load = { PRODUCTS: String(products) };

  console.log(`${connections} connections, ${seconds} s each`);
  // Warm: caches, prepared statements, the first pages of every table.
  await wrk('place.lua', load);
  psql('checkpoint');
  const statements = await measure(() => pgbench('least_statements.sql'));
  show('least SQL, statement by statement', statements);
  psql('checkpoint');
  const statement = await measure(() => pgbench('least_statement.sql'));
  show('least SQL, one statement', statement);
  psql('checkpoint');
  const placing = await measure(() => wrk('place.lua', load));
  show('placing an order', placing);
  psql('checkpoint');
  const hot = await measure(() => wrk('place.lua', { ...load, HOT: '1' }));
  show('placing, all the same two products', hot);

  const ids = psql('select id from orders order by id desc limit 20000').trim().split('\n');
  writeFileSync(join(scratch, 'orders'), ids.map((id) => `/api/v1/orders/${id}\n`).join(''));
  const reading = await measure(() => wrk('read.lua', { PATHS: join(scratch, 'orders') }));
  show('reading an order', reading);

  const there = Number(psql('select count(*) from orders'));
  if (there < seeded) serve('seed', '--orders', String(seeded - there));
  psql('vacuum analyze');
  const states = ['', '&status=pending', '&status=confirmed,processing', '&q=ada@example.com'];
  writeFileSync(join(scratch, 'lists'), states.map((it) => `/api/v1/orders?limit=50${it}\n`).join(''));
  const listing = await measure(() => wrk('read.lua', { PATHS: join(scratch, 'lists'), clients: 1 }));
  show(`a list page, ${psql('select count(*) from orders').trim()} orders, 1 client`, listing);

  const peak = peakMegabytes(server.pid);
  const verdict = (isMet) => (isMet ? 'met   ' : 'MISSED');
  const cpu = placing.serverMs + placing.postgresMs;
  console.log(`
${verdict(placing.perSecond >= statements.perSecond)} placing against the least statements: ${(placing.perSecond / statements.perSecond).toFixed(2)} (aim 1.0); against the one statement: ${(placing.perSecond / statement.perSecond).toFixed(2)}
${verdict(cpu <= 0.45)} CPU an order: ${cpu.toFixed(3)} ms (aim 0.45); the least statements: ${statements.postgresMs.toFixed(3)} ms without their client
${verdict(peak <= 64)} peak memory of the server: ${peak.toFixed(1)} MB (aim 64)
${verdict(listing.p50_ms <= 5)} a list page: ${listing.p50_ms.toFixed(1)} ms (aim 5)`);
} finally {
  server.kill('SIGTERM');
  await ended;
}
