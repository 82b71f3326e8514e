#!/usr/bin/env bash
# The quick part of `test.sh`: format, lints, queries.
source "$(dirname "$0")/steps.sh"

step "Tools" scripts/install-tools.sh
step "Database server" scripts/install-postgres.sh
step "Format" cargo fmt --all --check
step "Lints and queries, server" scripts/compile.sh clippy
step "Lints, browser" \
    cargo clippy -p frontend --target wasm32-unknown-unknown --target-dir "$target/front" -- -D warnings
