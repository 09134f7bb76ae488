#!/usr/bin/env bash
# bench.sh <name> [options]: runs one benchmark; without a name it lists them.
set -euo pipefail
. "$(dirname "$0")/common.sh"
eng/setup.sh bench
eng/build.sh
exec dotnet run --no-build -c "$CONFIGURATION" --project bench -- "${@:---help}"
