#!/usr/bin/env bash
# bench.sh [name] [options]: runs one benchmark, "proxies" without a name; "list" shows them all.
set -euo pipefail
. "$(dirname "$0")/common.sh"
eng/setup.sh bench
eng/build.sh
exec dotnet run --no-build -c "$CONFIGURATION" --project bench -- "$@"
