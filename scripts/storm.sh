#!/usr/bin/env bash
# Real servers under load, killed again and again; afterwards nothing may be lost, oversold or charged twice.
#   DURATION=120 SERVERS=1 SEED=… PROFILE=debug
source "$(dirname "$0")/steps.sh"

profile=${PROFILE:-debug}
flags=()
if [ "$profile" = release ]; then
    flags=(--release)
fi

step "Database server" scripts/install-postgres.sh
step "Compiling" cargo build "${flags[@]}" --bin server --bin storm --bin test_services --bin with-postgres
"$target/$profile/with-postgres" --durable -- "$target/$profile/storm"
