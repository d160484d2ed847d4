#!/usr/bin/env bash
# lint.sh: formatting and lints of the Rust code and, where shellcheck is installed, of the scripts.
source "$(dirname "$0")/common.sh"

"$SCRIPTS/setup.sh"
major=${MAJOR:-$(distro_major)}
use_toolchain
use_server "$major"
cd "$ROOT"
cargo fmt --check
cargo clippy --all-targets --no-default-features --features "pg$major pg_test" -- --deny warnings
if command -v shellcheck >/dev/null; then shellcheck --external-sources --source-path=SCRIPTDIR .ci/run "$SCRIPTS"/*.sh; fi
