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
# The versions that no server is here for, by the bindings pgrx ships for its documentation.
for other in {14..19}; do
    DOCS_RS=1 CARGO_TARGET_DIR=$CARGO_TARGET_DIR/bindings \
        cargo clippy --no-default-features --features "pg$other" -- --deny warnings
done
if command -v shellcheck >/dev/null; then shellcheck --external-sources --source-path=SCRIPTDIR .ci/run "$SCRIPTS"/*.sh; fi
