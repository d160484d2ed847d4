#!/usr/bin/env bash
# test-matrix.sh [distro|MAJOR…]: test.sh on each, all of them even when one fails; by default on the distribution's server
# and on 17 and 18 built with assertions. The last line adds the versions up.
source "$(dirname "$0")/common.sh"

"$SCRIPTS/setup.sh"
versions=("$@")
[ $# -gt 0 ] || versions=(distro 17 18)
passed=0 failed=0
lines=()
for version in "${versions[@]}"; do
    server=built
    if [ "$version" = distro ]; then version=$(distro_major) server=packaged; fi
    log=$CACHE/log/matrix-$version-$server.log
    GUARDED_DDL_SERVER=$server "$SCRIPTS/test.sh" "$version" 2>&1 | tee "$log" || true
    read -r good bad < <(last_count "$log")
    lines+=("PostgreSQL $version ($server): $good passed, $bad failed")
    passed=$((passed + good)) failed=$((failed + bad))
done
printf '%s\n' "${lines[@]}" "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
