#!/usr/bin/env bash
# What an order costs, in ratios taken in one run: see bench/run.mjs. On a quiet machine.
source "$(dirname "$0")/steps.sh"

scripts/release.sh
step "Database server" scripts/install-postgres.sh
command -v wrk >/dev/null || scripts/install-packages.sh wrk
cargo build --quiet --package embedded_postgres --bin with-postgres

# Debian keeps pgbench beside the server.
PATH="$PATH:$(dirname "$(find /usr/lib/postgresql -name pgbench 2>/dev/null | sort | tail -n 1)")"
SERVER="$target/release/server" "$target/debug/with-postgres" --durable -- node bench/run.mjs
