#!/usr/bin/env bash
# Which lines the tests reach: a table here, every line in target/llvm-cov/html.
source "$(dirname "$0")/steps.sh"

install_tool() {
    if [ -z "${LLVM_COV:-}" ]; then
        rustup component add llvm-tools || give_up "install: the Rust component llvm-tools"
    fi
    if ! command -v cargo-llvm-cov >/dev/null; then
        (cd / && cargo install --quiet cargo-llvm-cov)
    fi
}

step "Tools" install_tool
step "Database server" scripts/install-postgres.sh
cargo build --quiet --package embedded_postgres --bin with-postgres
step "Tests, counted line by line" "$target/debug/with-postgres" -- cargo llvm-cov --html
cargo llvm-cov report
