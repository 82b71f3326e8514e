// The browser is the machine's own Chromium: nothing is downloaded.
import { existsSync } from 'node:fs';

const places = ['/usr/bin/chromium', '/usr/bin/google-chrome'];
const executablePath = process.env.CHROMIUM_PATH || places.find((place) => existsSync(place));

if (!executablePath) {
  throw new Error('install: chromium (or name one in CHROMIUM_PATH)');
}

export const chromium = {
  executablePath,
  args: [
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    // Chromium does not put root, nor anyone in most containers, into its sandbox. It opens only our own pages here.
    '--no-sandbox',
  ],
};
