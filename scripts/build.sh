#!/usr/bin/env bash
# Builds the server and what it sends to the browser, for development: fast to build, slower to run.
source "$(dirname "$0")/steps.sh"

step "Tools" scripts/install-tools.sh
step "Database server" scripts/install-postgres.sh
step "Compiling the server" cargo build --bin server
step "Compiling for the browser" scripts/build-pages.sh
