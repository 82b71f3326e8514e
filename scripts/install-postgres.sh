#!/usr/bin/env bash
# The embedded database runs the PostgreSQL server of this machine; a machine without one gets it.
source "$(dirname "$0")/steps.sh"

shopt -s nullglob
on_debian=(/usr/lib/postgresql/*/bin/postgres)

if command -v postgres >/dev/null || [ ${#on_debian[@]} -gt 0 ]; then
    exit
fi
scripts/install-packages.sh postgresql
