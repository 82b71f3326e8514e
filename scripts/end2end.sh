#!/usr/bin/env bash
# The browser tests, on the real server in demo mode, with and without JavaScript: end2end.sh [Playwright's arguments]
source "$(dirname "$0")/steps.sh"

step "Tools" scripts/install-tools.sh
step "Database server" scripts/install-postgres.sh
source scripts/lint-while-compiling.sh
scripts/build.sh
step "Browser" scripts/install-browser.sh
cd "$root/end2end"
npx playwright test "$@" </dev/null
