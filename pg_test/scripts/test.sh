#!/usr/bin/env bash
# test.sh [MAJOR [SUITE…]]: every suite, or lint, cargo, regress, isolation, python, projects and postgres by name, on one
# version, by default the distribution's own. A suite that runs no test has failed. The last line is "N passed, N failed".
# See pg_test/README.md.
#   VERBOSE=1     shows what the suites say while they run
#   TESTNAME=abc  of the tests in Rust and Python, those with abc in their names
#   WORKERS=1     tests in Python run so many files at once, by default as many as there are processors
#   LONG=1        all projects, and all modes of PostgreSQL's own suite
#   ACCEPT=1      takes the results of pg_regress and isolation as the expected ones: read the difference before committing
source "$(dirname "$0")/common.sh"
source "$SCRIPTS/cluster.sh"
shopt -s nullglob

passed=0 failed=0

# suite NAME FUNCTION COUNT: FUNCTION runs the tests, COUNT reads what it said and prints "passed failed".
suite() {
    local name=$1 log=$CACHE/log/test-$major-${2#run_}.log began=$SECONDS status=0 good bad
    say "PostgreSQL $major: $name"
    set +e
    if [ -n "${VERBOSE:-}" ]; then (set -e; "$2") </dev/null 2>&1 | tee "$log"; status=${PIPESTATUS[0]}
    else (set -e; "$2") >"$log" 2>&1 </dev/null; status=$?
    fi
    set -e
    read -r good bad < <("$3" "$log")
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    if [ "$good" -eq 0 ] && [ "$bad" -eq 0 ] && [ "$3" != count_nothing ]; then
        echo "no test was run" >&2
        bad=1
    fi
    if [ "$bad" -gt 0 ] && [ -z "${VERBOSE:-}" ]; then sed -E '/^ *Compiling /d; s/\x1b\[[0-9;]*m//g' "$log" | tail -n 150 >&2; fi
    if [ "$3" = count_nothing ] && [ "$bad" -eq 0 ]; then printf '   ok, %s s\n' $((SECONDS - began))
    else printf '   %s passed, %s failed, %s s\n' "$good" "$bad" $((SECONDS - began))
    fi
    passed=$((passed + good)) failed=$((failed + bad))
}

count_nothing() { echo 0 0; }
# "test result: ok. 12 passed; 0 failed; …", once per test binary
count_cargo() {
    awk '/^test result:/ { for (i = 2; i <= NF; i++) { if ($i ~ /^passed/) p += $(i-1); if ($i ~ /^failed/) f += $(i-1) } } END { print p+0, f+0 }' "$1"
}
# "ok 1 - name", since PostgreSQL 16; before it "test name ... ok"
count_pg_regress() { awk '/^ok |\.\.\. ok/ { p++ } /^not ok |\.\.\. FAILED/ { f++ } END { print p+0, f+0 }' "$1"; }
# "1 failed, 2 passed, 1 error in 0.12s"
count_pytest() {
    tail -n 3 "$1" | awk '{ gsub(",", ""); for (i = 2; i <= NF; i++) { if ($i == "passed") p += $(i-1); if ($i ~ /^(failed|errors?)$/) f += $(i-1) } } END { print p+0, f+0 }'
}

run_lint() { MAJOR=$major "$SCRIPTS/lint.sh"; }

run_cargo() {
    local as_root=()
    remove_extension
    # The test framework starts its own server. A backtrace it prints for every expected error would drown the rest.
    if [ "$EUID" = 0 ]; then
        chown postgres: "$pgrx_data"
        as_root=(--runas postgres)
    fi
    building env -u RUST_BACKTRACE cargo pgrx test "pg$major" --no-default-features --pgdata "$pgrx_data" "${as_root[@]}" ${TESTNAME:+"$TESTNAME"}
}

# pg_regress TOOL DIR ARGUMENT…: both drivers are clients, so this user runs them and only the results need their own place.
pg_regress() {
    local tool=$1 dir=$2 status=0
    "$(dirname "$("$PG_CONFIG" --pgxs)")/../test/$tool" --bindir="$PG_BIN" --host="$PGHOST" --port="$PGPORT" --user="$PGUSER" \
        --inputdir="$ROOT/pg_test/$dir" --outputdir="$results/$dir" --load-extension="$EXTENSION" --dbname="guarded_$dir" \
        "${@:3}" || status=1
    [ $status -ne 0 ] || return 0
    cat "$results/$dir/regression.diffs"
    # The diff names the expected file that came closest, which may be an alternative, such as name_1.out.
    [ -z "${ACCEPT:-}" ] || sed -nE 's/^diff -U3 (.*) (.*)$/\2 \1/p' "$results/$dir/regression.diffs" | xargs -r -n 2 cp
    return 1
}

# need_expected DIR NAME…: without an expected file the drivers give up; an empty one shows what is missing.
need_expected() {
    local name
    for name in "${@:2}"; do
        [ -e "$ROOT/pg_test/$1/expected/$name.out" ] || { [ -n "${ACCEPT:-}" ] && touch "$ROOT/pg_test/$1/expected/$name.out"; } ||
            { echo "pg_test/$1/expected/$name.out is missing"; return 1; }
    done
}

run_regress() {
    local name names=("$ROOT"/pg_test/regress/sql/*.sql)
    names=("${names[@]##*/}")
    for name in "${names[@]%.sql}"; do
        grep -Eq "^test:.*\\b$name\\b" "$ROOT/pg_test/regress/schedule" || { echo "$name is not in pg_test/regress/schedule"; return 1; }
    done
    need_expected regress "${names[@]%.sql}"
    pg_regress regress/pg_regress regress --schedule="$ROOT/pg_test/regress/schedule"
}

run_isolation() {
    local names=("$ROOT"/pg_test/isolation/specs/*.spec)
    names=("${names[@]##*/}")
    need_expected isolation "${names[@]%.spec}"
    # A permutation that hangs is ended after half a minute, not after six; until PostgreSQL 15 and from 16.
    export PGISOLATIONTIMEOUT=30 PG_TEST_TIMEOUT_DEFAULT=30
    pg_regress isolation/pg_isolation_regress isolation "${names[@]%.spec}"
}

run_python() {
    local dir dirs=()
    for dir in alembic django python; do [ ! -d "pg_test/$dir" ] || dirs+=("pg_test/$dir"); done
    [ ${#dirs[@]} -gt 0 ] || return 0
    createdb guarded_python
    # The tests of one file share what they make, so a file is for one worker.
    PGDATABASE=guarded_python python -m pytest -q -p no:cacheprovider -n "${WORKERS:-$(nproc)}" --dist loadfile "${dirs[@]}" ${TESTNAME:+-k "$TESTNAME"}
}

# The migrations of real projects, each with the packages it needs: the list is complete, and a resolver would not choose it again.
run_projects() {
    local project projects=(ckan wagtail)
    [ -z "${LONG:-}" ] || projects+=(prefect)
    for project in "${projects[@]}"; do
        use_venv "pg_test/projects/requirements-$project.txt" --no-deps
        export "${project^^}_PYTHON=$VENV/bin/python"
    done
    python -m pytest -q -p no:cacheprovider pg_test/projects ${TESTNAME:+-k "$TESTNAME"}
}

# PostgreSQL's own suite, on servers of its own.
run_postgres() {
    local modes=(off on roundtrip spec)
    [ -z "${LONG:-}" ] || modes=(off strict on roundtrip spec)
    INSTALLED=1 "$ROOT/pg_test/postgres/regression.sh" "$major" "${modes[@]}"
}

# What no client sees: a failed assertion, a crash, something left open at the end of a transaction.
run_server_log() {
    ! grep -E 'TRAP:|PANIC:|terminated by signal (6|11)|WARNING:.*(reference leak|refcount leak|resource was not closed)' "$CLUSTER/log"
}

# wanted SUITE…: whether one of them is.
wanted() {
    local suite
    for suite in "$@"; do
        if [[ " $suites " == *" $suite "* ]]; then return 0; fi
    done
    return 1
}

"$SCRIPTS/setup.sh"
major=${1:-$(distro_major)}
suites=${*:2}
only_one "test-$major"
use_toolchain
use_server "$major"
use_python
if [ -z "$suites" ]; then
    suites="cargo regress isolation python"
    # Once is enough: the lints and the projects hardly depend on the version.
    if [ "$major" = "$(distro_major)" ]; then suites="lint $suites projects"; fi
    # A server that was built has its own suite with it.
    if [ "$PG_BIN" = "$CACHE/pg-$major/bin" ]; then suites="$suites postgres"; fi
fi
cd "$ROOT"
pgrx_data=$(mktemp -d /tmp/gd-pgrx.XXXXXX)
results=$(mktemp -d /tmp/gd-results.XXXXXX)
TEMPORARY+=("$pgrx_data" "$results")
mkdir "$results/regress" "$results/isolation"
say "$("$PG_BIN/postgres" --version) in $PG_BIN"

if wanted lint; then suite "formatting and lints" run_lint count_nothing; fi
if wanted cargo; then suite "tests in Rust" run_cargo count_cargo; fi
if wanted regress isolation python projects postgres; then
    # The tests in Rust leave a build of their own in the server.
    say "PostgreSQL $major: installing the extension"
    "$SCRIPTS/install-extension.sh" "$major"
    start_cluster "$major"
    if wanted regress; then suite "pg_regress" run_regress count_pg_regress; fi
    if wanted isolation; then suite "isolation" run_isolation count_pg_regress; fi
    if wanted python; then suite "tests in Python" run_python count_pytest; fi
    if wanted projects; then suite "real projects' migrations" run_projects count_pytest; fi
    suite "the server's log" run_server_log count_nothing
    stop_cluster "$failed"
    if wanted postgres; then suite "PostgreSQL's own suite" run_postgres last_count; fi
fi

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
