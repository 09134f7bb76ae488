#!/usr/bin/env bash
# run.sh [configuration arguments]: starts the gateway. With own servers in appsettings.json it just runs; without, three
# demo Apaches are started for it. Ctrl-C ends everything that was started here.
#
# WEIR_CONFIG   configuration file (appsettings.json of this repository)
# WEIR_URL      address of the gateway (http://127.0.0.1:8080), for the demo farm
# WEIR_MANAGEMENT_URL  address of its management listener (http://127.0.0.1:9090), likewise
# WEIR_GATEWAY  a built Weir.Gateway.dll to run; set-up and build are left out then
# WEIR_FARM_PORTS  three ports for the demo Apaches, free ones otherwise
set -euo pipefail
. "$(dirname "$0")/common.sh"

CONFIG=$(realpath "${WEIR_CONFIG:-appsettings.json}")
URL=${WEIR_URL:-http://127.0.0.1:8080}
MANAGEMENT_URL=${WEIR_MANAGEMENT_URL:-http://127.0.0.1:9090}

if [ -z "${WEIR_GATEWAY:-}" ]; then
    eng/setup.sh run
    eng/build.sh src/Gateway
    WEIR_GATEWAY=$ROOT/src/Gateway/bin/$CONFIGURATION/net10.0/Weir.Gateway.dll
fi

# The gateway counts the clusters, for it alone knows every way to write one: any case, comments, variables, arguments.
# A configuration that it rejects is run as it stands, which says what is wrong with it.
has_own_servers() {
    local answer count
    answer=$(cd "$(dirname "$CONFIG")" && dotnet "$WEIR_GATEWAY" check --format json --config "$CONFIG" "$@") || return 0
    count=$(sed -n 's/^ *"clusters": *\([0-9][0-9]*\),\{0,1\}$/\1/p' <<<"$answer")
    if [ -n "$count" ]; then
        [ "$count" -gt 0 ]
    else
        # A gateway that does not count: a cluster is there when "Clusters" opens an object that is not empty.
        sed 's#^[[:space:]]*//.*##' "$CONFIG" | tr -d '[:space:]' | grep -q '"Clusters":{"'
    fi
}

if has_own_servers "$@"; then
    cd "$(dirname "$CONFIG")"
    exec dotnet "$WEIR_GATEWAY" run --config "$CONFIG" "$@"
fi

# From here on something has to be ended: on Ctrl-C, on SIGTERM, and when anything fails.
FOLDER=$(mktemp -d "${TMPDIR:-/tmp}/weir-farm.XXXXXX")
chmod 755 "$FOLDER"
gateway=""
cleanup() {
    trap - EXIT
    trap '' INT TERM
    if [ -n "$gateway" ] && kill -TERM "$gateway" 2>/dev/null; then
        wait "$gateway" 2>/dev/null || true
    fi
    eng/demo-farm.sh stop "$FOLDER/farm" || true
    rm -rf "$FOLDER"
}
trap cleanup EXIT
trap 'cleanup; exit 130' INT
trap 'cleanup; exit 143' TERM

eng/demo-farm.sh start "$FOLDER/farm"
. "$FOLDER/farm/farm.env"

overlay() {
    cat <<JSON
{
  "Kestrel": { "Endpoints": { "Http": { "Url": "$URL" } } },
  "ReverseProxy": {
    "Routes": {
      "demo": { "ClusterId": "demo", "Match": { "Path": "/{**rest}" } },
      "prefork": { "ClusterId": "prefork", "Order": -1, "Match": { "Path": "/prefork/{**rest}" }, "Transforms": [ { "PathRemovePrefix": "/prefork" } ] },
      "worker": { "ClusterId": "worker", "Order": -1, "Match": { "Path": "/worker/{**rest}" }, "Transforms": [ { "PathRemovePrefix": "/worker" } ] },
      "event": { "ClusterId": "event", "Order": -1, "Match": { "Path": "/event/{**rest}" }, "Transforms": [ { "PathRemovePrefix": "/event" } ] }
    },
    "Clusters": {
      "demo": {
        "Destinations": {
          "prefork": { "Address": "http://127.0.0.1:$PREFORK_PORT/" },
          "worker": { "Address": "http://127.0.0.1:$WORKER_PORT/" },
          "event": { "Address": "http://127.0.0.1:$EVENT_PORT/" }
        }
      },
      "prefork": { "Destinations": { "prefork": { "Address": "http://127.0.0.1:$PREFORK_PORT/" } } },
      "worker": { "Destinations": { "worker": { "Address": "http://127.0.0.1:$WORKER_PORT/" } } },
      "event": { "Destinations": { "event": { "Address": "http://127.0.0.1:$EVENT_PORT/" } } }
    }
  },
  "Weir": { "Management": { "Url": "$MANAGEMENT_URL" } }
}
JSON
}
overlay >"$FOLDER/demo.json"

# In the background with `wait`, so that a signal is acted upon at once and not when the gateway has ended.
dotnet "$WEIR_GATEWAY" run --config "$CONFIG" --config "$FOLDER/demo.json" "$@" &
gateway=$!

for _ in $(seq 200); do
    kill -0 "$gateway" 2>/dev/null || break
    if curl -s -o /dev/null "$URL/"; then
        say "" "
The gateway is on $URL
  $URL/            balanced over the three Apaches
  $URL/prefork/    prefork, 20 at once, directly http://127.0.0.1:$PREFORK_PORT
  $URL/worker/     worker, 50 at once, directly http://127.0.0.1:$WORKER_PORT
  $URL/event/      event, 50 at once, directly http://127.0.0.1:$EVENT_PORT
  $URL/slow?ms=100 a handler of 100 ms, to press on
  $MANAGEMENT_URL  management: /metrics, /api/farm, /readyz
Ctrl-C ends all of it.
The plan: what each Apache may be given, and why (weir farm; weir tune works it out for an Apache of yours)."
        dotnet "$WEIR_GATEWAY" farm list --management "$MANAGEMENT_URL" || true
        break
    fi
    sleep 0.1
done

code=0
wait "$gateway" || code=$?
gateway=""
exit "$code"
