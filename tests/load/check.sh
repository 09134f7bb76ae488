#!/bin/sh
# check.sh: type-checks the k6 scenarios. Without node it says so and succeeds: k6 itself needs no node.
set -eu
cd "$(dirname "$0")"
if ! command -v npm >/dev/null; then
    echo "tests/load: npm is not installed, the scenarios were not type-checked"
    exit 0
fi
npm ci --silent --no-progress
npm run --silent check
echo "tests/load: the scenarios type-check"
