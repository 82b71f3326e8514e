#!/usr/bin/env bash
# Builds the server and what it serves to the browser, both for development: fast to build, slower to run.
source "$(dirname "$0")/steps.sh"

step "Compiling the server" cargo build --bin server
step "Compiling for the browser" cargo leptos build --frontend-only
