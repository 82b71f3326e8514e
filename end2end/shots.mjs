import { chromium } from "playwright-core";
const b = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-gpu"] });
for (const scheme of ["light", "dark"]) for (const w of [700, 375]) {
  const p = await (await b.newContext({ colorScheme: scheme, viewport: { width: w, height: 800 } })).newPage();
  for (const n of process.argv.slice(2)) {
    await p.goto(`file:///tmp/mails/${n}.html`);
    await p.screenshot({ path: `/tmp/shots/mail-${n}-${scheme}-${w}.png`, fullPage: true });
  }
}
await b.close();
