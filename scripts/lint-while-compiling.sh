# shellcheck shell=bash
# Sourced: from here on clippy reads whatever cargo compiles of ours, and a warning is an error.
#
# `cargo clippy` would compile every dependency once more, for itself alone: minutes of a build that starts from
# nothing. This is what it does to our crates, done in the build that the tests need anyway.

RUSTC_WORKSPACE_WRAPPER=$(rustc --print sysroot)/bin/clippy-driver
CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__
export RUSTC_WORKSPACE_WRAPPER CLIPPY_ARGS
