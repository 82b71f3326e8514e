#!/usr/bin/env bash
# Opens what was built in a real browser, with and without JavaScript: browser-tests.sh [Playwright's arguments]
source "$(dirname "$0")/steps.sh"

step "Browser" scripts/install-browser.sh
cd "$root/end2end"
node_modules/.bin/playwright test "$@" </dev/null
