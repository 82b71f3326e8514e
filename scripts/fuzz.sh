#!/usr/bin/env bash
# Asks the whole API what nobody would ask: fuzz.sh [seconds]
#
# Schemathesis makes requests from /openapi.json, good and bad ones, as an admin, a customer, a guest, and somebody with a
# wrong key. No answer may be a 5xx, have a status or a shape that the document does not name, or fail to come. The server
# is a throw-away demo of its own.
source "$(dirname "$0")/steps.sh"

seconds=${1:-${DURATION:-900}}
port=${PORT:-3414}
address="http://127.0.0.1:$port"
data=$(mktemp -d /tmp/waybill-fuzz-XXXXXX)
venv="$target/fuzz"
log="$target/fuzz.log"

install_schemathesis() {
    [ -x "$venv/bin/schemathesis" ] && return
    python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check 'schemathesis==4.32.*' ||
        give_up "Fuzzing needs Python 3 with venv, and PyPI"
}

start_server() {
    # Limits would answer instead of what is behind them.
    PORT=$port DATA_DIR=$data/demo DATABASE_URL='' RATE_LIMIT_GUEST_REQUESTS=0 RATE_LIMIT_GUEST_ORDERS=0 \
        RATE_LIMIT_SIGN_INS=0 RATE_LIMIT_PERSON_REQUESTS=0 \
        "$target/debug/server" serve >"$log" 2>&1 &
    server=$!
    trap stop_server EXIT
    for _ in $(seq 120); do
        curl --silent --fail --output /dev/null "$address/health/ready" && return
        kill -0 "$server" 2>/dev/null || give_up "The server did not start: see $log"
        sleep 0.5
    done
    give_up "The server was not ready in a minute: see $log"
}

stop_server() {
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
    rm -rf "$data"
}

# token address password
token() {
    curl --silent --fail "$address/api/v1/auth/token" --header 'content-type: application/json' \
        --data "{\"email\":\"$1\",\"password\":\"$2\"}" | sed 's/.*"access_token":"\([^"]*\)".*/\1/'
}

# fuzz name seconds header…
fuzz() {
    local name=$1 seconds=$2
    shift 2
    local headers=()
    for header in "$@"; do headers+=(--header "$header"); done
    # What ends all sign-ins would end the fuzzing of everything behind them.
    step "As $name, for $seconds s" timeout --kill-after=10 $((seconds + 60)) \
        "$venv/bin/schemathesis" --config-file scripts/fuzz.toml run "$address/openapi.json" \
        --max-time "$seconds" --request-timeout 10 --no-color \
        "${headers[@]}" </dev/null
}

# The server must have lived through it, and what it holds must be true.
look_back() {
    curl --silent --fail --output /dev/null "$address/health/ready" || give_up "The server is not well after it"
    if grep -E 'panicked|A use case failed|ERROR' "$log"; then
        give_up "The server's log has errors: see $log"
    fi
}

step "Schemathesis" install_schemathesis
step "Server" start_server
admin=$(token admin@example.com admin-demo-password)
customer=$(token customer@example.com customer-demo-password)
each=$((seconds / 4))
failed=()
fuzz "an admin" "$each" "Authorization: Bearer $admin" || failed+=(admin)
fuzz "a customer" "$each" "Authorization: Bearer $customer" || failed+=(customer)
fuzz "a guest" "$each" || failed+=(guest)
fuzz "a program with a wrong key" "$each" 'X-API-Key: wrong' || failed+=(wrong-key)
look_back
[ ${#failed[@]} = 0 ] || give_up "Fuzzing found something as: ${failed[*]}"
say "Fuzzing found nothing"
