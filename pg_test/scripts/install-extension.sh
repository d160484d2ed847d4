#!/usr/bin/env bash
# install-extension.sh MAJOR [--release]: builds the extension and installs it into the private server of that version.
# install-extension.sh PG_CONFIG [--release]: the same, into the server whose pg_config that is.
source "$(dirname "$0")/common.sh"

target=${1:?usage: install-extension.sh MAJOR|PG_CONFIG [--release]}
options=("${@:2}")
use_toolchain
case $target in
    */*)
        PG_CONFIG=$target
        major=$(major_of "$PG_CONFIG")
        use_pgrx_home "$(cksum <<<"$PG_CONFIG" | cut -d' ' -f1)"
        [ -w "$("$PG_CONFIG" --pkglibdir)" ] || options+=(--sudo)
        ;;
    *)
        major=$target
        use_server "$major"
        remove_extension
        ;;
esac
cd "$ROOT"
building logged "install-$major" cargo pgrx install --pg-config "$PG_CONFIG" --no-default-features --features "pg$major" "${options[@]}"
