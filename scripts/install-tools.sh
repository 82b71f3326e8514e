#!/usr/bin/env bash
# What turns our Rust into pages: a C compiler, the browser's target and wasm-bindgen.
#   install-tools.sh                  for everything but
#   install-tools.sh cargo-leptos     releases and `make dev`, which need this too
source "$(dirname "$0")/steps.sh"

# Its format is private to each version: the tool's must be the crate's.
wasm_bindgen=$(sed -n 's/^wasm-bindgen = "=\(.*\)"$/\1/p' Cargo.toml)
cargo_leptos=0.3.10

install_compiler() {
    command -v cargo >/dev/null || give_up "install: Rust (https://rustup.rs)"
    command -v cc >/dev/null || scripts/install-packages.sh build-essential
}

install_rust_parts() {
    local sysroot
    sysroot=$(rustc --print sysroot)
    if [ ! -d "$sysroot/lib/rustlib/wasm32-unknown-unknown" ]; then
        rustup target add wasm32-unknown-unknown || give_up "install: the Rust target wasm32-unknown-unknown"
    fi
    if [ ! -x "$sysroot/bin/clippy-driver" ] || [ ! -x "$sysroot/bin/rustfmt" ]; then
        rustup component add clippy rustfmt || give_up "install: the Rust components clippy and rustfmt"
    fi
}

# install_tool crate version flags… — what is there in the right version stays; else a prebuilt one; else from source.
install_tool() {
    local crate=$1 version=$2 program
    shift 2
    program=${crate%-cli}
    if [ "$("$program" --version 2>/dev/null)" = "$program $version" ]; then
        return
    fi
    install_prebuilt "$crate@$version" ||
        step "Installing $program $version from source, once (some minutes)" install_from_source "$crate@$version" "$@"
}

install_prebuilt() {
    command -v cargo-binstall >/dev/null || return
    cargo binstall --no-confirm --disable-strategies compile "$1"
}

# Optimising the tools takes longer than they ever run here. Outside the repository, so that its settings stay out.
install_from_source() {
    (
        cd /
        export CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=64
        export CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_DEBUG=0
        cargo install --quiet --target-dir "$target/tools" "$@"
    )
    rm -rf "$target/tools"
}

install_compiler
install_rust_parts
# With its lock file wasm-bindgen-cli does not install: a version in it is gone.
install_tool wasm-bindgen-cli "$wasm_bindgen"
if [ "${1:-}" = cargo-leptos ]; then
    install_tool cargo-leptos "$cargo_leptos" --locked
fi
