#!/usr/bin/env bash
# A release: the server in target/release, with hash.txt beside it, and what the browser loads in target/site, shrunk,
# named by its contents, and compressed beforehand.
source "$(dirname "$0")/steps.sh"

step "Tools" scripts/install-tools.sh cargo-leptos
# cargo-leptos shrinks wasm with wasm-opt, which one of the browser tests' packages has.
step "Packages" scripts/install-browser.sh
PATH="$PATH:$root/end2end/node_modules/.bin"
step "Compiling the release" cargo leptos build --release --precompress
