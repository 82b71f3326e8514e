#!/usr/bin/env bash
# Writes down what the database says about each query, so that nobody needs one to compile: the folder `.sqlx`.
source "$(dirname "$0")/steps.sh"
source scripts/queries.sh

described="$target/queries"
# The crates that hold queries, and nothing that is built upon them.
mapfile -t packages < <(query_files | sed -E 's|^\./([^/]+)/.*|--package=\1|' | sort -u)

step "Database server" scripts/install-postgres.sh
step "Asking a database of the present schema" ask_database "$described" \
    cargo check --all-targets --features orders/engine "${packages[@]}"
rm -rf .sqlx
cp -r "$described" .sqlx
say "$(find .sqlx -name '*.json' | wc -l) queries in .sqlx"
