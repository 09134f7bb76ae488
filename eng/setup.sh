#!/usr/bin/env bash
# setup.sh [build|run|test|bench]: makes sure that what this step needs is on the machine.
# As root it installs what is missing from Debian; otherwise it says what to install, and ends with 1.
set -euo pipefail
. "$(dirname "$0")/common.sh"

# Each line: a file or command that must be there, and the Debian package that brings it.
needs() {
    case $1 in
    build) ;;
    run) cat <<-'LIST'
		/usr/sbin/apache2 apache2
		/usr/lib/apache2/modules/mod_lua.so apache2
		curl curl
		setsid util-linux
	LIST
        ;;
    test)
        needs run
        cat <<-'LIST'
		/usr/lib/apache2/modules/mod_evasive20.so libapache2-mod-evasive
		fail2ban-regex fail2ban
		/usr/sbin/haproxy haproxy
		ip iproute2
		memcached memcached
		/usr/sbin/nft nftables
		ps procps
		redis-server redis-server
	LIST
        ;;
    bench)
        needs test
        cat <<-'LIST'
		/usr/sbin/nginx nginx
		/usr/sbin/varnishd varnish
		h2load nghttp2-client
		wrk wrk
	LIST
        ;;
    *) fail "setup.sh: unknown step '$1'; known: build, run, test, bench" ;;
    esac
}

present() {
    case $1 in
    /*) compgen -G "$1" >/dev/null ;;
    *) command -v "$1" >/dev/null ;;
    esac
}

candidate() { LC_ALL=C apt-cache policy "$1" 2>/dev/null | grep -q 'Candidate: [^(]'; }

# Debian starts a service as soon as its package is installed. Apache, nginx and HAProxy are started by our scripts
# only, on their own ports: while we install, policy-rc.d says no, unless the machine has a policy of its own.
install_packages() {
    local policy=/usr/sbin/policy-rc.d ours="" code=0
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' >"$policy"
        chmod 755 "$policy"
        ours=yes
        trap 'rm -f /usr/sbin/policy-rc.d' EXIT
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends "$@" >&2 || code=$?
    if [ -n "$ours" ]; then
        rm -f "$policy"
        trap - EXIT
    fi
    return "$code"
}

# Package lists may be missing (container images) or old; one update per run is enough.
updated=""
update_lists() {
    if [ -z "$updated" ]; then
        apt-get update -q >&2 || say "apt-get update failed; going on with the package lists that are there" >&2
        updated=yes
    fi
}

have_sdk() { command -v dotnet >/dev/null && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; }

ensure_sdk() {
    have_sdk && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        candidate dotnet-sdk-10.0 || update_lists
        if candidate dotnet-sdk-10.0; then
            install_packages dotnet-sdk-10.0
            have_sdk && return
        fi
    fi
    fail "The .NET SDK 10 is missing (global.json asks for 10.0.100 or later).
Install it one of these ways, so that 'dotnet --list-sdks' shows a 10.0 line, then run this again:
  - the package dotnet-sdk-10.0, after adding Microsoft's package feed for your Debian release
  - Microsoft's dotnet-install script: dotnet-install.sh --channel 10.0, with its folder put on PATH"
}

ensure_packages() {
    local missing=() what package
    while read -r what package; do
        present "$what" || missing+=("$package")
    done < <(needs "$1")
    [ ${#missing[@]} -eq 0 ] && return
    mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        fail "Missing for 'make $1': ${missing[*]}
On Debian, as root: apt-get install ${missing[*]}"
    fi
    say "Installing ${missing[*]}" >&2
    for package in "${missing[@]}"; do
        candidate "$package" || update_lists
    done
    install_packages "${missing[@]}" || { update_lists; install_packages "${missing[@]}"; }
}

step=${1:-build}
needs "$step" >/dev/null
ensure_sdk
ensure_packages "$step"
