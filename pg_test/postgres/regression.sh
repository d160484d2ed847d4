#!/usr/bin/env bash
# regression.sh MAJOR [off|strict|on|roundtrip|spec…]: PostgreSQL's own regression suite, on a server built with assertions
# (17, 18), first without the library, then with it in the modes named, by default off, strict and on. The last line is
# "N passed, N failed"; a test is a test file in a mode. compare.py says what it takes to pass.
#   plain   without the library, which no later mode may fall behind. Always run; what it says itself differs from PostgreSQL's
#           expected files where the machine does (locale), and is shown
#   off     session_preload_libraries = 'guarded_ddl': every results file the same as plain, byte for byte
#   strict  and guarded.intercept = on, guarded.policy = strict, guarded.missing = fail: errors are errors, PostgreSQL's own
#   on      and guarded.intercept = on, policy continue: errors became notices and warnings, and everything runs to its end
#   roundtrip  does not run the suite, but asks once more for all that plain has left in its database. A test is a definition;
#           roundtrip/__main__.py says more
#   spec    does not run the suite either: takes a snapshot of what plain has left, as far as specs have words for it, and makes
#           other databases of it. A test is an entry of pg_dump; spec_roundtrip.py says more
# The settings are the server's (postgresql.conf), so every session of the suite has them, those of the driver too.
#   INSTALLED=1       builds nothing: takes the extension that was installed into that server last
#   KEEP_PLAIN=1      takes the results of the plain run before this one, if it was of the same server
#   CONNECTIONS=20    the suite's parallel groups. By default one test at a time, so that nothing depends on what another does
#                     meanwhile; with assertions and on 2 cores a mode takes 25 to 30 s either way, and both pass
# What a mode said stays in the cache: regression/MAJOR/MODE/{results,server.log,driver.log,schema.sql,compare.log}; of plain
# also its server's data, of roundtrip {roundtrip.log,numbers.md,server.log}, and of spec {spec.log,server.log}.
source "$(dirname "$0")/../scripts/common.sh"
source "$SCRIPTS/cluster.sh"

major=${1:?usage: regression.sh MAJOR [off|strict|on|roundtrip|spec…]}
modes=("${@:2}")
[ ${#modes[@]} -gt 0 ] || modes=(off strict on)
for mode in "${modes[@]}"; do
    case $mode in off | strict | on | roundtrip | spec) ;; *) die "no such mode: $mode" ;; esac
done

# Only a server that was built has a source tree, and the assertions.
export GUARDED_DDL_SERVER=built
use_server "$major"
suite=$CACHE/src/$major/tree/src/test/regress
if [ "$PG_BIN" != "$CACHE/pg-$major/bin" ] || [ ! -e "$suite/regress.so" ]; then
    die "the suite needs PostgreSQL $major built from source, with its source tree in $CACHE/src/$major/tree"
fi
as_server test -r "$suite/parallel_schedule" || die "the servers' user cannot read $suite"
kept=$CACHE/regression/$major
mkdir -p "$kept"
passed=0 failed=0

# settings MODE: what postgresql.conf gets.
settings() {
    # The log says of each message which file it is of, its SQLSTATE, and for which statement: compare.py reads that. The last is
    # what pg_regress gives a server of its own (--temp-instance): prepared_xacts needs it.
    printf '%s\n' "log_line_prefix = '%a %e '" "log_min_messages = notice" "log_min_error_statement = notice" \
        "max_prepared_transactions = 2"
    [ "$1" = plain ] || printf '%s\n' "session_preload_libraries = 'guarded_ddl'" "dynamic_library_path = '$libraries:\$libdir'"
    case $1 in
        strict) printf '%s\n' "guarded.intercept = on" "guarded.policy = strict" "guarded.missing = fail" ;;
        on) printf '%s\n' "guarded.intercept = on" ;;
    esac
}

# dump FILE: what the suite leaves behind; without the key that each dump has another of.
dump() {
    pg_dumpall --globals-only >"$1"
    pg_dump --schema-only regression >>"$1"
    sed -Ei '/^\\(un)?restrict /d' "$1"
}

# run_suite MODE: the driver and its psql run as the user of the servers, which write to the same folder (COPY TO, lo_export).
# They read the suite where it is (--inputdir), and write to a temporary folder only. A test that differs from PostgreSQL's
# expected file is no failure here. The server has locale C.UTF-8 and no ICU and no libxml, so the files that need those quit at once.
run_suite() {
    local mode=$1 began=$SECONDS output status=0 data
    output=$(mktemp -d /tmp/gd-regression.XXXXXX)
    TEMPORARY+=("$output")
    [ "$EUID" != 0 ] || chown postgres: "$output"
    say "PostgreSQL $major: its regression suite, $mode"
    start_cluster "$major"
    data=$CLUSTER/data
    settings "$mode" | as_server tee -a "$CLUSTER/data/postgresql.conf" >/dev/null
    as_server "$PG_BIN/pg_ctl" restart --silent --wait -m fast -D "$CLUSTER/data" -l "$CLUSTER/log" ||
        { cat "$CLUSTER/log" >&2; die "the server did not start"; }
    rm -rf "${kept:?}/$mode"
    mkdir "$kept/$mode"
    as_server "$suite/pg_regress" --bindir="$PG_BIN" --host="$PGHOST" --port="$PGPORT" --user="$PGUSER" \
        --inputdir="$suite" --outputdir="$output" --dlpath="$suite" --schedule="$suite/parallel_schedule" \
        --max-concurrent-tests=20 --max-connections="${CONNECTIONS:-1}" \
        >"$kept/$mode/driver.log" 2>&1 </dev/null || status=$?
    cp -r "$output/results" "$kept/$mode/" || die "nothing was run: $kept/$mode/driver.log"
    cp "$CLUSTER/log" "$kept/$mode/server.log"
    [ ! -e "$output/regression.diffs" ] || cp "$output/regression.diffs" "$kept/$mode/"
    dump "$kept/$mode/schema.sql"
    stop_cluster 0
    [ "$mode" != plain ] || cp -a "$data" "$kept/plain/data"
    # The driver itself ends with 1 when a test differs, and with 2 when it gave up.
    [ "$status" -le 1 ] || { tail -n 20 "$kept/$mode/driver.log" >&2; die "the driver gave up"; }
    echo "   $((SECONDS - began)) s"
}

# count LOG COMMAND…: runs it, shows what it says, and adds up its last line.
count() {
    local log=$1 status=0 good bad
    "${@:2}" >"$log" 2>&1 || status=$?
    cat "$log"
    read -r good bad < <(last_count "$log")
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    passed=$((passed + good)) failed=$((failed + bad))
}

compare() { count "$kept/$1/compare.log" /usr/bin/python3 "$ROOT/pg_test/postgres/compare.py" "$1" "$suite" "$kept"; }

# on_plain MODE COMMAND…: on a server with a copy of what plain has left.
on_plain() {
    local mode=$1 began=$SECONDS
    start_cluster "$major"
    as_server "$PG_BIN/pg_ctl" stop --silent --wait -m fast -D "$CLUSTER/data"
    as_server cp "$CLUSTER/data/postgresql.conf" "$CLUSTER/conf"
    rm -rf "$CLUSTER/data" "${kept:?}/$mode"
    mkdir "$kept/$mode"
    cp -a "$kept/plain/data" "$CLUSTER/data"
    as_server cp "$CLUSTER/conf" "$CLUSTER/data/postgresql.conf"
    echo "dynamic_library_path = '$libraries:\$libdir'" | as_server tee -a "$CLUSTER/data/postgresql.conf" >/dev/null
    as_server "$PG_BIN/pg_ctl" start --silent --wait -D "$CLUSTER/data" -l "$CLUSTER/log" ||
        { cat "$CLUSTER/log" >&2; die "the server did not start"; }
    PGDATABASE=regression count "$kept/$mode/$mode.log" "${@:2}"
    cp "$CLUSTER/log" "$kept/$mode/server.log"
    if grep -E 'TRAP:|PANIC:|terminated by signal|WARNING:.*(reference leak|refcount leak|resource was not closed)' "$CLUSTER/log"; then
        failed=$((failed + 1))
    fi
    stop_cluster 0
    echo "   $((SECONDS - began)) s"
}

roundtrip() {
    say "PostgreSQL $major: every definition of the regression database, once more"
    on_plain roundtrip env PYTHONPATH="$ROOT/pg_test/postgres" \
        python -m roundtrip --markdown "$kept/roundtrip/numbers.md" ${LONG:+--sample 100000}
}

spec() {
    say "PostgreSQL $major: other databases, made of a snapshot of the regression database"
    on_plain spec env PYTHONPATH="$ROOT/pg_test/spec" python "$ROOT/pg_test/postgres/spec_roundtrip.py"
}

if [ -z "${INSTALLED:-}" ]; then
    "$SCRIPTS/setup.sh"
    only_one "test-$major"
    say "PostgreSQL $major: installing the extension"
    "$SCRIPTS/install-extension.sh" "$major"
fi
if [[ " ${modes[*]} " =~ " "(roundtrip|spec)" " ]]; then use_python; fi
# A copy: a build that is installed while the suite runs is not for it.
libraries=$(mktemp -d /tmp/gd-library.XXXXXX)
TEMPORARY+=("$libraries")
cp "$("$PG_CONFIG" --pkglibdir)/guarded_ddl.so" "$libraries/"
chmod -R a+rX "$libraries"

say "$("$PG_BIN/postgres" --version) in $PG_BIN"
if [ -z "${KEEP_PLAIN:-}" ] || [ ! "$kept/plain/complete" -nt "$CACHE/pg-$major/complete" ] || [ ! -d "$kept/plain/data" ]; then
    run_suite plain
    touch "$kept/plain/complete"
fi
compare plain
for mode in "${modes[@]}"; do
    case $mode in roundtrip | spec) "$mode"; continue ;; esac
    run_suite "$mode"
    compare "$mode"
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
