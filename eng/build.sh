#!/usr/bin/env bash
# build.sh [project]: builds the solution, or one project, in Release, and puts bin/weir in place.
set -euo pipefail
. "$(dirname "$0")/common.sh"
eng/setup.sh build

log=$(mktemp)
trap 'rm -f "$log"' EXIT
if ! dotnet build "${1:-Weir.slnx}" -c "$CONFIGURATION" -v q >"$log" 2>&1; then
    cat "$log" >&2
    fail "The build failed."
fi

# A wrapper and not a link to the apphost: it works wherever the SDK lies, as long as dotnet is on PATH.
mkdir -p bin
printf '#!/bin/sh\nexec dotnet "%s/src/Gateway/bin/%s/net10.0/Weir.Gateway.dll" "$@"\n' "$ROOT" "$CONFIGURATION" >bin/weir
chmod +x bin/weir
