#!/usr/bin/env bash
# Compiles the native crates with clippy looking on, and checks their queries if these or the schema have changed.
#   compile.sh clippy   only looks
#   compile.sh build    builds everything: the server, and what `cargo test` will run
source "$(dirname "$0")/steps.sh"
source scripts/queries.sh

case $1 in
    clippy)
        compile=(cargo clippy --all-targets -- -D warnings)
        ;;
    build)
        source scripts/lint-while-compiling.sh
        compile=(cargo build --all-targets)
        ;;
esac

what_queries_depend_on() {
    query_files | xargs --no-run-if-empty cat
    cat migrations/*.sql .sqlx/*.json Cargo.lock 2>/dev/null || true
}

checked="$target/queries-checked"
now=$(what_queries_depend_on | sha256sum)

if [ "$(cat "$checked" 2>/dev/null)" = "$now" ]; then
    "${compile[@]}"
    exit
fi

say "Queries or schema have changed: asking a database"
ask_database "$target/queries" "${compile[@]}"
mkdir -p .sqlx
diff --recursive --brief .sqlx "$target/queries" >&2 ||
    give_up "What .sqlx says about the queries is not what the database says: run 'make sqlx' and commit the outcome"
echo "$now" >"$checked"
