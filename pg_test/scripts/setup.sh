#!/usr/bin/env bash
# setup.sh: installs what building and testing need and this machine lacks; says nothing and takes no time when all is there.
source "$(dirname "$0")/common.sh"

missing_packages() {
    local package
    for package in build-essential pkg-config clang libclang-dev bison flex perl libreadline-dev zlib1g-dev bzip2 xz-utils \
        sudo python3-venv; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
    done
    # Any packaged server will do: where PGDG's are installed, the distribution's own is not added to them.
    [ -n "$(distro_major)" ] || printf '%s\n' postgresql postgresql-server-dev-all
    # A test loads it beside the extension, where there is one.
    package=postgresql-$(distro_major)-pgaudit
    if [ "$(apt-cache policy "$package" 2>/dev/null | awk '/Installed:/ { print $2 }')" = '(none)' ]; then echo "$package"; fi
}

install_packages() {
    as_admin env DEBIAN_FRONTEND=noninteractive apt-get -q update
    as_admin env DEBIAN_FRONTEND=noninteractive apt-get -q install -y --no-install-recommends "$@"
}

command -v apt-get >/dev/null || die "only Debian and Ubuntu are known here"
only_one setup
mapfile -t packages < <(missing_packages)
if [ ${#packages[@]} -gt 0 ]; then
    say "installing Debian packages: ${packages[*]}"
    logged apt install_packages "${packages[@]}"
fi

use_toolchain
if ! cargo fmt --version >/dev/null 2>&1 || ! cargo clippy --version >/dev/null 2>&1; then
    logged rustup rustup component add rustfmt clippy
fi
if [ ! -x "$CACHE/cargo-pgrx-$PGRX_VERSION/bin/cargo-pgrx" ]; then
    say "building cargo-pgrx $PGRX_VERSION (about 7 minutes on 2 cores)"
    logged cargo-pgrx cargo install --locked cargo-pgrx --version "$PGRX_VERSION" --root "$CACHE/cargo-pgrx-$PGRX_VERSION"
fi
