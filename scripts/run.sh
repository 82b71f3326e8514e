#!/usr/bin/env bash
# From a fresh clone to the shop in a browser.
source "$(dirname "$0")/steps.sh"

scripts/build.sh
exec scripts/serve.sh
