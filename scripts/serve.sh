#!/usr/bin/env bash
# Runs the server that was built, with what was built for the browser beside it: serve.sh [debug|release]
source "$(dirname "$0")/steps.sh"

exec "$target/${1:-debug}/server" serve
