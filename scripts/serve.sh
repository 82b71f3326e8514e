#!/usr/bin/env bash
# Runs the server that was built, with what was built for the browser beside it: serve.sh [debug|release]
source "$(dirname "$0")/steps.sh"

export LEPTOS_OUTPUT_NAME=waybill LEPTOS_SITE_PKG_DIR=pkg LEPTOS_HASH_FILES=true LEPTOS_ENV=PROD
exec "$target/${1:-debug}/server" serve
