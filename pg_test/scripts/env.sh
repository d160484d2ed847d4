#!/usr/bin/env bash
# env.sh COMMAND…: runs COMMAND in the checkout with the toolchain, server (MAJOR=, else the distribution's) and Python of the
# tests: env.sh cargo pgrx schema, env.sh cargo clippy …
source "$(dirname "$0")/common.sh"

"$SCRIPTS/setup.sh"
use_toolchain
use_server "${MAJOR:-$(distro_major)}"
use_python
cd "$ROOT"
"$@"
