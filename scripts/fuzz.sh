#!/usr/bin/env bash
# Asks the whole API what nobody would ask: fuzz.sh [seconds]
#
# Schemathesis makes requests from /openapi.json, good and bad ones, as an admin, a customer, a guest, and somebody with a
# wrong key. No answer may be a 5xx, have a status or a shape that the document does not name, or fail to come. The server
# is a throw-away demo of its own.
source "$(dirname "$0")/steps.sh"

seconds=${1:-${DURATION:-1800}}
port=${PORT:-3414}
address="http://127.0.0.1:$port"
# The server makes it itself, so that the user who runs its database can get there.
data=/tmp/waybill-fuzz-$$
venv="$target/fuzz"
log="$target/fuzz.log"
checks=not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance
checks+=,response_schema_conformance

install_schemathesis() {
    [ -x "$venv/bin/schemathesis" ] && return
    # Debian keeps what makes an environment in a package of its own.
    python3 -c 'import ensurepip' 2>/dev/null || scripts/install-packages.sh python3 python3-venv
    python3 -m venv "$venv" && "$venv/bin/pip" install --quiet --disable-pip-version-check 'schemathesis==4.32.*' ||
        give_up "Fuzzing needs Python 3 with venv, and PyPI"
}

start_server() {
    # Limits would answer instead of what is behind them.
    PORT=$port DATA_DIR=$data DATABASE_URL='' RATE_LIMIT_GUEST_REQUESTS=0 RATE_LIMIT_GUEST_ORDERS=0 \
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

# token subject role — signed with the demo's secret. Others' tokens do not end when somebody signs out everywhere.
token() {
    python3 - "$1" "$2" "$data/demo-secret" <<'PYTHON'
import base64, hashlib, hmac, json, sys
subject, role, secret = sys.argv[1], sys.argv[2], open(sys.argv[3], "rb").read()
encode = lambda it: base64.urlsafe_b64encode(it).rstrip(b"=")
header = encode(json.dumps({"alg": "HS256", "typ": "JWT"}).encode())
claims = encode(json.dumps({"sub": subject, "role": role, "exp": 4000000000}).encode())
signed = header + b"." + claims
print((signed + b"." + encode(hmac.new(secret, signed, hashlib.sha256).digest())).decode())
PYTHON
}

# fuzz name seconds checks header…
fuzz() {
    local name=$1 seconds=$2 checks=$3
    shift 3
    local headers=()
    for header in "$@"; do headers+=(--header "$header"); done
    say "As $name, for $seconds s"
    # The headers say who is calling; credentials of its own making would only be refused.
    timeout --kill-after=10 $((seconds + 60)) "$venv/bin/schemathesis" --config-file "$root/scripts/fuzz.toml" run "$address/openapi.json" \
        --max-time "$seconds" --request-timeout 10 --checks "$checks" \
        --generation-with-security-parameters false --no-color "${headers[@]}" </dev/null
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
admin=$(token "fuzzing admin" admin)
customer=$(token "fuzzing customer" user)
each=$((seconds / 4))
failed=()
fuzz "an admin" "$each" "$checks,unsupported_method" "Authorization: Bearer $admin" || failed+=(admin)
fuzz "a customer" "$each" "$checks,unsupported_method" "Authorization: Bearer $customer" || failed+=(customer)
fuzz "a guest" "$each" "$checks,unsupported_method" || failed+=(guest)
# Who has a wrong key learns nothing else.
fuzz "a program with a wrong key" "$each" "$checks" 'X-API-Key: wrong' || failed+=(wrong-key)
look_back
[ ${#failed[@]} = 0 ] || give_up "Fuzzing found something as: ${failed[*]}"
say "Fuzzing found nothing"
