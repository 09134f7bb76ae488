#!/usr/bin/env bash
# load.sh [scenario ...]: runs k6 scenarios of tests/load against WEIR_URL (a gateway that runs already).
set -euo pipefail
. "$(dirname "$0")/common.sh"
command -v k6 >/dev/null || fail "k6 is not installed. Install Grafana k6 (one binary) and put it on PATH, then run this again.
Without it, 'make bench BENCH=overload' loads the gateway with the client of this repository."
export WEIR_URL=${WEIR_URL:-http://127.0.0.1:8080}
curl -s -o /dev/null "$WEIR_URL/" || fail "Nothing answers on $WEIR_URL; start the gateway with 'make run' in another terminal, or set WEIR_URL."
[ $# -gt 0 ] || set -- $(cd tests/load && for file in *.js; do basename "$file" .js; done)
for scenario in "$@"; do
    say "== $scenario"
    k6 run "tests/load/$scenario.js"
done
