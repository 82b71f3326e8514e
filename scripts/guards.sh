#!/usr/bin/env bash
# Takes each guard out of a scratch copy, and expects its test to fail: guards.sh [name…]
#
# A guard is a patch in `guards/` that begins with two lines: `Guard: what it keeps from happening`, and
# `Test: what cargo test is told`.
source "$(dirname "$0")/steps.sh"

# What is taken out may leave something unused behind: that is no matter here.
unset RUSTC_WORKSPACE_WRAPPER CLIPPY_ARGS

copy="$target/guards/copy"
log="$target/guards/log"

# Everything that git knows or would know. What is as it was keeps its time, so that little is compiled again; what is
# put back counts as new, so that nothing of the last patch is left in what was built.
copy_sources() {
    mkdir -p "$copy"
    git ls-files --cached --others --exclude-standard -z | rsync --checksum --perms --links --ignore-missing-args --from0 --files-from=- . "$copy"
}

says() {
    sed -n "s/^$1: //p" "$patch"
}

# In the copy, with a database of the copy's schema: a patch may change queries and constraints.
in_copy() {
    (
        cd "$copy"
        "$target/debug/with-postgres" -- scripts/with-schema.sh env SQLX_OFFLINE=false "$@"
    ) >"$log" 2>&1
}

# A guard is caught when everything compiles and its one test fails.
try_guard() {
    local test
    read -ra test <<<"$(says Test)"
    if ! patch --strip=1 --directory="$copy" --silent --forward <"$patch" >"$log" 2>&1; then
        echo "patch does not apply"
    elif ! in_copy cargo test --quiet --no-run "${test[@]}"; then
        echo "does not compile"
    elif in_copy cargo test --quiet "${test[@]}" -- --exact "$(says Named)"; then
        echo "NOT CAUGHT"
    elif grep -q '^test result: FAILED. 0 passed; 1 failed' "$log"; then
        echo "caught"
    else
        echo "test did not run"
    fi
}

step "Database server" scripts/install-postgres.sh
command -v rsync >/dev/null || scripts/install-packages.sh rsync
cargo build --quiet --package embedded_postgres --bin with-postgres

missed=0
for patch in guards/*.patch; do
    name=$(basename "$patch" .patch)
    if [ $# -gt 0 ] && [[ " $* " != *" $name "* ]]; then
        continue
    fi
    copy_sources
    outcome=$(try_guard)
    printf '%-22s %-22s %s\n' "$name" "$outcome" "$(says Named)"
    if [ "$outcome" != caught ]; then
        missed=$((missed + 1))
        tail -n 5 "$log" >&2
    fi
done
exit $((missed > 0))
