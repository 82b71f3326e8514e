#!/usr/bin/env bash
# Everything that must pass before a change goes in.
source "$(dirname "$0")/steps.sh"

mkdir -p "$target"
log="$target/test.log"
: >"$log"

# In a database server of their own, which is there only for them.
run_tests() {
    "$target/debug/with-postgres" -- cargo test --no-fail-fast 2>&1 | tee -a "$log"
}

run_browser_tests() {
    scripts/browser-tests.sh 2>&1 | tee -a "$log"
}

# The sum of what the two runners said, alone on the last line.
count() {
    awk '/^test result: / { passed += $4; failed += $6 }
         /^[0-9]+ passed, [0-9]+ failed/ { passed += $1; failed += $3 }
         END { printf "%d passed, %d failed\n", passed, failed }' "$log"
}
trap count EXIT

step "Tools" scripts/install-tools.sh
step "Database server" scripts/install-postgres.sh
step "Format" cargo fmt --all --check
source scripts/lint-while-compiling.sh
step "Compiling, with lints and queries checked" scripts/compile.sh build
step "Compiling for the browser" scripts/build-pages.sh
step "Tests" run_tests
step "Fuzzing, the short form" scripts/fuzz.sh 60
step "Browser tests" run_browser_tests
