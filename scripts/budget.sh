#!/usr/bin/env bash
# A release build against its budgets: bytes of a first visit, memory at rest, time to ready.
source "$(dirname "$0")/steps.sh"

# A release build must not disturb a development server that is running.
export LEPTOS_SITE_ROOT="$target/site-release"

scripts/release.sh
step "Database server" scripts/install-postgres.sh
node end2end/budget.mjs
