#!/usr/bin/env bash
# A release build against its budgets: bytes of a first visit, memory at rest, time to ready.
source "$(dirname "$0")/steps.sh"

# A release build must not disturb a development server that is running.
export LEPTOS_SITE_ROOT="$target/site-release"

step "Tools" scripts/install-tools.sh
step "Database server" scripts/install-postgres.sh
step "Browser" scripts/install-browser.sh
# cargo-leptos shrinks the release with wasm-opt, which one of those packages has.
PATH="$PATH:$root/end2end/node_modules/.bin"
step "Compiling the release" cargo leptos build --release --precompress
node end2end/budget.mjs
