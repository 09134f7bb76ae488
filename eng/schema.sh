#!/usr/bin/env bash
# schema.sh: writes appsettings.schema.json from the option classes; a test holds it up to date.
set -euo pipefail
. "$(dirname "$0")/common.sh"
eng/build.sh src/Gateway
bin/weir schema >"$ROOT/.appsettings.schema.json.new" || { rm -f "$ROOT/.appsettings.schema.json.new"; fail "bin/weir schema failed."; }
mv "$ROOT/.appsettings.schema.json.new" appsettings.schema.json
