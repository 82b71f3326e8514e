#!/usr/bin/env bash
# What the browser tests need: Node.js, a Chromium of the machine's, and the packages of `end2end/`.
source "$(dirname "$0")/steps.sh"

has_node() {
    command -v npm >/dev/null && [ "$(node -p 'parseInt(process.versions.node)')" -ge 20 ]
}
has_node || scripts/install-packages.sh nodejs npm
has_node || give_up "install: Node.js 20 or later"

# The same places that `playwright.config.ts` looks in.
has_browser() {
    [ -n "${CHROMIUM_PATH:-}" ] || [ -x /usr/bin/chromium ] || [ -x /usr/bin/google-chrome ]
}
has_browser || scripts/install-packages.sh chromium

cd "$root/end2end"
if ! cmp -s package-lock.json node_modules/.installed-lock; then
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --no-audit --no-fund --loglevel=error </dev/null
    cp package-lock.json node_modules/.installed-lock
fi
