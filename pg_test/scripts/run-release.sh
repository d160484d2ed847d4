#!/usr/bin/env bash
# run-release.sh PROGRAM.py: runs it against a throw-away server (see cluster.sh) that has the extension as a user installs it.
source "$(dirname "$0")/common.sh"
source "$SCRIPTS/cluster.sh"

program=${1:?usage: run-release.sh PROGRAM.py}
"$SCRIPTS/setup.sh"
major=${MAJOR:-$(distro_major)}
only_one "test-$major"
use_toolchain
use_server "$major"
use_python
say "building the extension for PostgreSQL $major and installing it into a private server"
"$SCRIPTS/install-extension.sh" "$major" --release
start_cluster "$major"
cd "$ROOT"
python "$program" "${@:2}"
