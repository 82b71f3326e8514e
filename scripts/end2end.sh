#!/usr/bin/env bash
# The browser tests alone, from what is in the working copy: end2end.sh [Playwright's arguments]
source "$(dirname "$0")/steps.sh"

scripts/build.sh
scripts/browser-tests.sh "$@"
