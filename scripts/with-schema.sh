#!/usr/bin/env bash
# Brings the empty database in DATABASE_URL up to the present schema, then runs a command: with-schema.sh command…
source "$(dirname "$0")/steps.sh"

for migration in migrations/*.sql; do
    in_one_piece=--single-transaction
    if head -n 1 "$migration" | grep -q '^-- no-transaction'; then
        in_one_piece=
    fi
    psql "$DATABASE_URL" --quiet --no-psqlrc --set ON_ERROR_STOP=1 $in_one_piece --file "$migration" >&2
done

exec "$@"
