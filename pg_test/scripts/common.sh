# shellcheck shell=bash
# Sourced by every script here: where things are kept, who runs the servers, which toolchain builds, which server is used.
set -euo pipefail
umask 022

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
SCRIPTS=$ROOT/pg_test/scripts
EXTENSION=guarded_ddl
PGRX_VERSION=$(sed -nE 's/^pgrx *=.*"=?([0-9]+\.[0-9]+\.[0-9]+)".*/\1/p' "$ROOT/Cargo.toml")
RUST_MINIMUM=1.96

say() { printf '== %s\n' "$*"; }
die() { printf '%s: %s\n' "$(basename "$0")" "$*" >&2; exit 1; }

# Everything that is slow to make lives outside the checkout, so that every checkout shares it. As root not under /root:
# the servers then run as the user postgres, who cannot read it.
if [ -n "${GUARDED_DDL_CACHE:-}" ]; then CACHE=$GUARDED_DDL_CACHE
elif [ "$EUID" = 0 ]; then CACHE=/var/cache/$EXTENSION
else CACHE=${XDG_CACHE_HOME:-$HOME/.cache}/$EXTENSION
fi
mkdir -p "$CACHE/log"
CACHE=$(cd "$CACHE" && pwd -P)

# Both are filled by the scripts, and seen to when they end.
TEMPORARY=() CLUSTER=""
at_exit() {
    local status=$?
    [ -z "$CLUSTER" ] || stop_cluster $status
    rm -rf "${TEMPORARY[@]}"
}
trap at_exit EXIT
trap 'exit 1' INT TERM

# as_server COMMAND…: as the user that owns the servers and their files, from a directory that user can enter, and
# without the lock of only_one, which a server would keep.
as_server() {
    if [ "$EUID" = 0 ]; then (cd / && exec runuser -u postgres -- env HOME=/ "$@" 9>&-)
    else (cd / && exec "$@" 9>&-)
    fi
}

as_admin() {
    if [ "$EUID" = 0 ]; then "$@"; else sudo "$@"; fi
}

# last_count LOG: "passed failed" of its last line "N passed, N failed". Without one it ended before any test: one failure.
last_count() { sed -nE 's/^([0-9]+) passed, ([0-9]+) failed$/\1 \2/p' "$1" | tail -n 1 | grep . || echo 0 1; }

# only_one NAME: holds the lock NAME until this script ends.
only_one() {
    exec 9>"$CACHE/$1.lock"
    flock --nonblock 9 || { say "waiting for another run to finish ($1)"; flock 9; }
}

# building COMMAND…: runs it while nobody else builds: what one has built the next one writes over.
building() {
    (
        exec 8>"$CACHE/build.lock"
        flock 8
        "$@" 8>&-
    )
}

# logged NAME COMMAND…: runs it silently, and shows the end of what it said if it fails.
logged() {
    local log=$CACHE/log/$1.log status
    shift
    # Not "… || die": that would let a function go on after a command that failed.
    set +e
    (set -e; "$@") >"$log" 2>&1 </dev/null
    status=$?
    set -e
    [ $status -eq 0 ] || { tail -n 40 "$log" | cut -c 1-300 >&2; die "failed: $* (all of it: $log)"; }
}

# packaged MAJOR: whether the machine's packages brought that server, and what compiling for it needs.
packaged() { [ -x "/usr/lib/postgresql/$1/bin/postgres" ] && [ -e "/usr/include/postgresql/$1/server/postgres.h" ]; }

# distro_major: the newest of them; empty when there is none.
distro_major() {
    local major newest=""
    for major in {14..19}; do
        if packaged "$major"; then newest=$major; fi
    done
    echo "$newest"
}

# use_toolchain: the default Rust toolchain when it is new enough, else the newest installed one that is.
use_toolchain() {
    PATH=$CACHE/cargo-pgrx-$PGRX_VERSION/bin:$PATH:$HOME/.cargo/bin
    export PATH CARGO_TARGET_DIR=${GUARDED_DDL_TARGET:-$CACHE/target} NO_COLOR=1 CARGO_TERM_COLOR=never
    # CI clones into a new place each time: what incremental builds keep for a place would only pile up.
    [ -z "${CI:-}" ] || export CARGO_INCREMENTAL=0
    rebuild_for_this_checkout
    command -v cargo >/dev/null || die "no Rust here: install it with rustup, version $RUST_MINIMUM or newer"
    new_enough "$(rustc --version)" && return
    local toolchain best="" best_version=0
    for toolchain in $(rustup toolchain list 2>/dev/null | cut -d' ' -f1); do
        local version
        version=$(rustc "+$toolchain" --version 2>/dev/null | cut -d' ' -f2) || continue
        if new_enough "rustc $version" && newer "$version" "$best_version"; then best=$toolchain best_version=$version; fi
    done
    [ -n "$best" ] || die "$(rustc --version) is too old, $RUST_MINIMUM or newer is needed: rustup update stable"
    export RUSTUP_TOOLCHAIN=$best
}

# rebuild_for_this_checkout: cargo takes what another checkout has built there for this one's, if it is newer than these sources.
rebuild_for_this_checkout() {
    [ "$(cat "$CARGO_TARGET_DIR/checkout" 2>/dev/null)" != "$ROOT" ] || return 0
    mkdir -p "$CARGO_TARGET_DIR"
    touch "$ROOT/src/lib.rs"
    echo "$ROOT" >"$CARGO_TARGET_DIR/checkout"
}

newer() { [ "$(printf '%s\n' "$1" "$2" | sort -V | tail -n 1)" = "$1" ]; }
new_enough() { newer "$(cut -d' ' -f2 <<<"$1")" "$RUST_MINIMUM"; }

# use_server MAJOR: sets PG_BIN and PG_CONFIG to a private server of that version, and PGRX_HOME to match. The packaged one
# is taken where there is one, unless GUARDED_DDL_SERVER=built asks for assertions and the machine is a Debian, which can
# build them. Nothing is ever installed into the system's PostgreSQL.
use_server() {
    local major=$1
    if packaged "$major" && { [ "${GUARDED_DDL_SERVER:-}" != built ] || ! grep -qx 'ID=debian' /etc/os-release; }; then
        copy_packaged "$major"
        PG_BIN=$CACHE/pg-distro-$major/usr/lib/postgresql/$major/bin
    else
        "$SCRIPTS/build-postgres.sh" "$major"
        PG_BIN=$CACHE/pg-$major/bin
    fi
    as_server test -x "$PG_BIN/postgres" || die "the user postgres cannot read $CACHE: set GUARDED_DDL_CACHE to another place"
    PG_CONFIG=$PG_BIN/pg_config
    export PG_BIN PG_CONFIG
    use_pgrx_home "$(cut -d/ -f1 <<<"${PG_BIN#"$CACHE"/}")"
}

major_of() { "$1" --version | sed -E 's/^PostgreSQL ([0-9]+).*/\1/'; }

# use_pgrx_home NAME: pgrx then knows the one server of PG_CONFIG. Written only if it says something else, as when the cache was
# copied from another place: pgrx rebuilds when the file is newer.
use_pgrx_home() {
    local config
    export PGRX_HOME=$CACHE/pgrx/$1
    config=$(printf '[configs]\npg%s = "%s"' "$(major_of "$PG_CONFIG")" "$PG_CONFIG")
    mkdir -p "$PGRX_HOME"
    [ "$(cat "$PGRX_HOME/config.toml" 2>/dev/null)" = "$config" ] || echo "$config" >"$PGRX_HOME/config.toml"
}

# The programs find their libraries and files relative to themselves, so a copy of the tree is a working server.
copy_packaged() {
    local major=$1 copy=$CACHE/pg-distro-$1 version
    version=$(dpkg-query -W -f '${Version}' "postgresql-$major" "postgresql-server-dev-$major")
    # It may have been installed after the copy was made.
    version+=$(dpkg-query -W -f '${Version}' "postgresql-$major-pgaudit" 2>/dev/null || true)
    [ "$(cat "$copy/version" 2>/dev/null)" = "$version" ] && return
    say "copying the packaged PostgreSQL $major"
    rm -rf "$copy" "$CACHE/pgrx/${copy##*/}"
    mkdir -p "$copy"/usr/{lib,share,include}/postgresql
    cp -a "/usr/lib/postgresql/$major" "$copy/usr/lib/postgresql/"
    cp -a "/usr/share/postgresql/$major" "$copy/usr/share/postgresql/"
    cp -a /usr/include/postgresql/. "$copy/usr/include/postgresql/"
    echo "$version" >"$copy/version"
}

# remove_extension: another checkout's scripts must not be taken for this one's. After use_server.
remove_extension() { rm -f "$("$PG_CONFIG" --sharedir)/extension/$EXTENSION"[.-]*; }

# use_venv REQUIREMENTS [OPTION…]: a virtual environment with what that file lists, in VENV; the options are pip's.
use_venv() {
    local requirements=$ROOT/$1
    VENV=$CACHE/venv-$(sha256sum "$requirements" | cut -c1-12)
    [ ! -e "$VENV/complete" ] || return 0
    say "installing the Python packages of $1"
    rm -rf "$VENV"
    /usr/bin/python3 -m venv "$VENV"
    logged pip "$VENV/bin/pip" install --quiet "${@:2}" -r "$requirements"
    touch "$VENV/complete"
}

# use_python: the tests' own packages, first on PATH.
use_python() {
    use_venv pg_test/requirements.txt
    PATH=$VENV/bin:$PATH
    export PATH PYTHONDONTWRITEBYTECODE=1
}
