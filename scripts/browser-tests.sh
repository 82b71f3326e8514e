#!/usr/bin/env bash
# Opens what was built in a real browser, with and without JavaScript: browser-tests.sh [Playwright's arguments]
source "$(dirname "$0")/steps.sh"

step "Browser" scripts/install-browser.sh
# All tests come from one address, and are many more visitors than one address has.
export RATE_LIMIT_GUEST_REQUESTS=0 RATE_LIMIT_GUEST_ORDERS=0 RATE_LIMIT_SIGN_INS=0 RATE_LIMIT_PERSON_REQUESTS=0
cd "$root/end2end"
node_modules/.bin/playwright test "$@" </dev/null
