#!/usr/bin/env bash
# image.sh [tag]: builds the container image.
set -euo pipefail
. "$(dirname "$0")/common.sh"
command -v docker >/dev/null || fail "docker is not installed; 'docker build -f deploy/container/Dockerfile .' is what this would run (podman and buildah take the same file)."
docker info >/dev/null 2>&1 || fail "docker is installed, but its daemon does not answer; start it, then run this again."
exec docker build -f deploy/container/Dockerfile -t "${1:-weir:latest}" .
