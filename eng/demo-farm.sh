#!/usr/bin/env bash
# demo-farm.sh start FOLDER | stop FOLDER: three real Apaches (prefork, worker, event) on loopback, as an ordinary user.
#
# FOLDER gets one ServerRoot per server and farm.env with PREFORK_PORT, WORKER_PORT and EVENT_PORT. Free ports are taken
# unless WEIR_FARM_PORTS="8101 8102 8103" names them. Each serves / (a page that names its MPM), /slow?ms=100 (a handler
# that holds a worker for so long) and /server-status.
set -euo pipefail
. "$(dirname "$0")/common.sh"

APACHE=/usr/sbin/apache2
MODULES=/usr/lib/apache2/modules
FARM="prefork worker event"

# Small on purpose: 20 + 50 + 50 requests at once are easily exceeded on one machine, which is what one wants to see.
limits() {
    case $1 in
    prefork) printf '%s\n' 'StartServers 5' 'MinSpareServers 5' 'MaxSpareServers 10' 'ServerLimit 20' 'MaxRequestWorkers 20' ;;
    worker) printf '%s\n' 'StartServers 1' 'ServerLimit 3' 'ThreadsPerChild 25' 'MinSpareThreads 25' 'MaxSpareThreads 75' 'MaxRequestWorkers 50' ;;
    # Twice the processes that are needed: a graceful restart of event needs room for the old ones.
    event) printf '%s\n' 'StartServers 1' 'ServerLimit 4' 'ThreadsPerChild 25' 'MinSpareThreads 25' 'MaxSpareThreads 75' 'MaxRequestWorkers 50' ;;
    esac
}

answers() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

free_port() {
    local port
    for _ in $(seq 100); do
        port=$((20000 + RANDOM % 12000))
        case " $* " in *" $port "*) continue ;; esac
        answers "$port" || { echo "$port"; return; }
    done
    fail "demo-farm.sh: no free port found"
}

write_server() { # mpm root port
    local mpm=$1 root=$2 port=$3 module
    mkdir -p "$root/htdocs" "$root/logs"
    cat >"$root/htdocs/index.html" <<PAGE
<!doctype html><title>$mpm</title><h1>This page comes from the $mpm Apache</h1><p>Its address is 127.0.0.1:$port. <a href="slow?ms=100">A handler of 100 ms</a></p>
PAGE
    cat >"$root/slow.lua" <<'LUA'
function handle(r)
    local ms = tonumber(string.match(r.args or "", "ms=(%d+)") or "100")
    r.usleep(ms * 1000)
    r.content_type = "text/plain"
    r:puts("slept ", ms, " ms\n")
    return apache2.OK
end
LUA
    {
        printf 'ServerRoot "%s"\nListen 127.0.0.1:%s\nServerName localhost\n' "$root" "$port"
        printf 'PidFile "%s/httpd.pid"\nDefaultRuntimeDir "%s"\nMutex file:%s default\n' "$root" "$root" "$root"
        for module in "mpm_$mpm" authz_core authz_host mime dir lua status; do
            printf 'LoadModule %s_module %s/mod_%s.so\n' "$module" "$MODULES" "$module"
        done
        limits "$mpm"
        cat <<CONF
ErrorLog "$root/logs/error.log"
KeepAlive On
KeepAliveTimeout 5
MaxKeepAliveRequests 0
TypesConfig /etc/mime.types
DocumentRoot "$root/htdocs"
DirectoryIndex index.html
<Directory "$root/htdocs">
    Require all granted
</Directory>
LuaMapHandler "^/slow" "$root/slow.lua" handle
ExtendedStatus On
<Location "/server-status">
    SetHandler server-status
    Require local
</Location>
CONF
    } >"$root/httpd.conf"
}

# As root the servers run under an unprivileged account from their first instruction on.
as_user() {
    if [ "$(id -u)" = 0 ]; then
        setpriv --reuid="$ACCOUNT" --regid="$(id -g "$ACCOUNT")" --clear-groups "$@"
    else
        "$@"
    fi
}

start_server() { # root port
    # A session of its own: on SIGTERM Apache signals its whole process group, which must not be ours.
    as_user setsid "$APACHE" -f "$1/httpd.conf" -k start >"$1/logs/start.log" 2>&1 \
        || fail "demo-farm.sh: Apache did not start: $(cat "$1/logs/start.log" "$1/logs/error.log" 2>/dev/null)"
    for _ in $(seq 100); do
        answers "$2" && return
        sleep 0.05
    done
    fail "demo-farm.sh: nothing listens on port $2: $(cat "$1/logs/error.log")"
}

start() {
    local mpm port ports=()
    mkdir -p "$1"
    read -ra ports <<<"${WEIR_FARM_PORTS:-}"
    while [ ${#ports[@]} -lt 3 ]; do ports+=("$(free_port "${ports[@]}")"); done
    ACCOUNT=www-data
    id "$ACCOUNT" >/dev/null 2>&1 || ACCOUNT=nobody
    # The servers' account has to get through to its folders; what root reads back stays root's.
    chmod 755 "$1"
    : >"$1/farm.env"
    for mpm in $FARM; do
        write_server "$mpm" "$1/$mpm" "${ports[0]}"
        echo "${mpm^^}_PORT=${ports[0]}" >>"$1/farm.env"
        ports=("${ports[@]:1}" "")
        [ "$(id -u)" != 0 ] || chown -R "$ACCOUNT" "$1/$mpm"
    done
    . "$1/farm.env"
    start_server "$1/prefork" "$PREFORK_PORT"
    start_server "$1/worker" "$WORKER_PORT"
    start_server "$1/event" "$EVENT_PORT"
}

# Only what carries this folder's configuration in its command line is ours to end.
ours() { [ -r "/proc/$1/cmdline" ] && tr '\0' ' ' <"/proc/$1/cmdline" | grep -qF -- "$2/httpd.conf"; }

stop() {
    local mpm pid pids=()
    for mpm in $FARM; do
        pid=$(cat "$1/$mpm/httpd.pid" 2>/dev/null || true)
        if [ -n "$pid" ] && ours "$pid" "$1/$mpm"; then
            kill -TERM "$pid" 2>/dev/null || true
            pids+=("$pid:$mpm")
        fi
    done
    for _ in $(seq 100); do
        local left=""
        for pid in "${pids[@]}"; do ours "${pid%%:*}" "$1/${pid#*:}" && left=yes; done
        [ -n "$left" ] || return 0
        sleep 0.05
    done
    for pid in "${pids[@]}"; do
        if ours "${pid%%:*}" "$1/${pid#*:}"; then kill -KILL -- "-${pid%%:*}" 2>/dev/null || true; fi
    done
}

[ $# -eq 2 ] || fail "usage: demo-farm.sh start|stop FOLDER"
case $1 in
start) start "$2" ;;
stop) stop "$2" ;;
*) fail "usage: demo-farm.sh start|stop FOLDER" ;;
esac
