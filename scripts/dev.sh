#!/usr/bin/env bash
# The demo, rebuilt and reloaded whenever a file changes.
source "$(dirname "$0")/steps.sh"

step "Tools" scripts/install-tools.sh cargo-leptos
step "Database server" scripts/install-postgres.sh
exec cargo leptos watch -- serve
