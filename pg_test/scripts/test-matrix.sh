#!/usr/bin/env bash
# test-matrix.sh [distro|MAJOR…]: test.sh on each, all of them at once and even when one fails; by default on the
# distribution's server and on 17 and 18 built with assertions. The last line adds the versions up.
source "$(dirname "$0")/common.sh"

"$SCRIPTS/setup.sh"
# What all of them use is made once.
use_python
versions=("$@")
[ $# -gt 0 ] || versions=(distro 17 18)
passed=0 failed=0
lines=()

# name VERSION: the version, and which server of it.
name() { if [ "$1" = distro ]; then echo "$(distro_major) packaged"; else echo "$1 built"; fi; }

log_of() { echo "$CACHE/log/matrix-$1-$2.log"; }

# What each says has its version in front of it. Building one goes on while another one waits for its server.
test_one() {
    local major=$1 server=$2
    # What property tests are about hardly depends on the version, and assertions are slow: a quarter of the cases.
    if [ "$server" = built ]; then export PROPTEST_CASES=${PROPTEST_CASES:-64}; fi
    # The versions share the processors.
    export WORKERS=${WORKERS:-$((($(nproc) + ${#versions[@]} - 1) / ${#versions[@]}))}
    GUARDED_DDL_SERVER=$server "$SCRIPTS/test.sh" "$major" 2>&1 | tee "$(log_of "$major" "$server")" | sed -u "s/^/$major | /" || true
}

for version in "${versions[@]}"; do
    read -r major server < <(name "$version")
    rm -f "$(log_of "$major" "$server")"
    test_one "$major" "$server" &
done
wait
for version in "${versions[@]}"; do
    read -r major server < <(name "$version")
    read -r good bad < <(last_count "$(log_of "$major" "$server")")
    lines+=("PostgreSQL $major ($server): $good passed, $bad failed")
    passed=$((passed + good)) failed=$((failed + bad))
done
printf '%s\n' "${lines[@]}" "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
