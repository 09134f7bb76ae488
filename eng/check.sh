#!/usr/bin/env bash
# check.sh: the whole gate: shape of the sources, types of the load scenarios, build without warnings, every test.
set -euo pipefail
. "$(dirname "$0")/common.sh"
eng/setup.sh test
dotnet restore Weir.slnx -v q
dotnet format Weir.slnx --verify-no-changes --no-restore || fail "Run 'make format' and look at what it changed."
tests/load/check.sh
exec eng/test.sh
