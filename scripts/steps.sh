# shellcheck shell=bash
# Sourced by the other scripts: where things are, and how a script tells what it does.

set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# Cargo's own variable moves everything that is built; we look where it puts things.
target=$(realpath -m "${CARGO_TARGET_DIR:-$root/target}")

# Tools that `cargo install` put there, by us or by you.
PATH="$PATH:${CARGO_HOME:-$HOME/.cargo}/bin"

# The pages' scripts, styles and pictures: the build puts them here, and the server serves them from here.
export LEPTOS_SITE_ROOT=${LEPTOS_SITE_ROOT:-$target/site}

# Queries are checked against `.sqlx`, whatever database `.env` or the shell names: see `compile.sh`.
export SQLX_OFFLINE=${SQLX_OFFLINE:-true}

# A fresh clone has nothing to build upon incrementally, and the bookkeeping costs.
if [ -n "${CI:-}" ]; then
    export CARGO_INCREMENTAL=0
fi

say() {
    if [ -t 2 ]; then
        printf '\033[1m==> %s\033[0m\n' "$*" >&2
    else
        printf '==> %s\n' "$*" >&2
    fi
}

give_up() {
    say "$*"
    exit 1
}

# step "what happens" command… — says what happens, does it, and says how long it took.
step() {
    local what=$1 started=$SECONDS
    shift
    say "$what"
    "$@"
    say "$what: $((SECONDS - started)) s"
}
