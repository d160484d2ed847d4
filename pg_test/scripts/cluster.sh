#!/usr/bin/env bash
# cluster.sh MAJOR COMMAND…: runs COMMAND against a throw-away server of that version (PGHOST, PGPORT, PGUSER, PGDATABASE,
# GUARDED_DDL_MAJOR). Sourced, it gives start_cluster, and stops that server when the sourcing script ends.
[ "${BASH_SOURCE[0]}" != "$0" ] || source "$(dirname "$0")/common.sh"

# start_cluster MAJOR: after use_server.
start_cluster() {
    # Short, because the socket lives in it too.
    CLUSTER=$(mktemp -d /tmp/gd.XXXXXX)
    [ "$EUID" != 0 ] || chown postgres: "$CLUSTER"
    TEMPORARY+=("$CLUSTER")
    as_server "$PG_BIN/initdb" -D "$CLUSTER/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync \
        >"$CLUSTER/initdb.log" 2>&1 || { cat "$CLUSTER/initdb.log" >&2; die "initdb failed"; }
    as_server tee -a "$CLUSTER/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$CLUSTER'
fsync = ${GUARDED_DDL_FSYNC:-off}
max_locks_per_transaction = 256
max_prepared_transactions = 2
CONF
    as_server "$PG_BIN/pg_ctl" start --silent --wait -D "$CLUSTER/data" -l "$CLUSTER/log" ||
        { cat "$CLUSTER/log" >&2; die "the server did not start"; }
    export PGHOST=$CLUSTER PGPORT=5432 PGUSER=postgres PGDATABASE=postgres GUARDED_DDL_MAJOR=$1
    unset PGPASSWORD PGSERVICE PGOPTIONS
    PATH=$PG_BIN:$PATH
}

# stop_cluster STATUS: of the script that ends.
stop_cluster() {
    as_server "$PG_BIN/pg_ctl" stop --silent --wait -m fast -D "$CLUSTER/data" || true
    if [ "$1" -ne 0 ] && [ -e "$CLUSTER/log" ]; then
        cp "$CLUSTER/log" "$CACHE/log/server.log"
        echo "the server's log: $CACHE/log/server.log" >&2
    fi
    CLUSTER=""
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
    major=${1:?usage: cluster.sh MAJOR COMMAND…}
    use_server "$major"
    start_cluster "$major"
    "${@:2}"
fi
