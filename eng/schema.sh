#!/usr/bin/env bash
# schema.sh: writes appsettings.schema.json and docs/reference/configuration.md from the option classes; a test holds them up to date.
set -euo pipefail
. "$(dirname "$0")/common.sh"
eng/build.sh src/Gateway

# write FILE OPTION...: through a file beside it, so that a failure leaves the old one.
write() {
    local file=$1
    shift
    bin/weir schema "$@" >"$file.new" || { rm -f "$file.new"; fail "bin/weir schema failed."; }
    mv "$file.new" "$file"
}
write appsettings.schema.json
write docs/reference/configuration.md --markdown
