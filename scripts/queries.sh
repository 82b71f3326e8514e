# shellcheck shell=bash
# Sourced: which queries are checked when we compile, and how a database is asked about them.
#
# sqlx's macros describe each query from `.sqlx`, or, with SQLX_OFFLINE=false, from a database, and then write what it
# says into SQLX_OFFLINE_DIR.

# The files that hold such queries.
query_files() {
    grep -rlE --include='*.rs' 'query(_as|_scalar)?(_unchecked)?!\(' ./*/src ./*/tests 2>/dev/null | sort || true
}

# ask_database folder command… — compiles with a database of the present schema, which describes every query into
# the folder. Cargo does not know that the outcome depends on a database, so it is told that the queries are new.
ask_database() {
    local described=$1
    shift
    cargo build --quiet --package embedded_postgres --bin with-postgres
    rm -rf "$described"
    mkdir -p "$described"
    query_files | xargs --no-run-if-empty touch
    "$target/debug/with-postgres" -- scripts/with-schema.sh \
        env SQLX_OFFLINE=false SQLX_OFFLINE_DIR="$described" "$@"
}
