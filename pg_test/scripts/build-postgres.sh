#!/usr/bin/env bash
# build-postgres.sh MAJOR: builds PostgreSQL 17 or 18 with assertions from Debian's source package, once, into the cache.
# Assertions find leaked snapshots, locks and relation references that the packaged server hides.
source "$(dirname "$0")/common.sh"

major=${1:-}
# The suite that has it, and a release to fall back on when a mirror does not have what its own index lists; its checksum is
# that of the signed .dsc of the Debian package.
case $major in
    17) suite=trixie known=17.11 checksum=dd27f2b3c59e73ed14aa3324901242bf69a032a6347805f274e6260322d42979 ;;
    18) suite=sid known=18.6 checksum=555610c24d53e4316da5b7d3fc25c279d96856d5e0e23ee308c328c5fa881d9f ;;
    *) die "usage: build-postgres.sh 17|18" ;;
esac
prefix=$CACHE/pg-$major
[ -e "$prefix/complete" ] && exit 0
"$SCRIPTS/setup.sh"
only_one "pg-$major"
[ -e "$prefix/complete" ] && exit 0

source_dir=$CACHE/src/$major

# The Debian archive this machine uses already; an Ubuntu machine has none.
debian_archive() {
    # shellcheck disable=SC2016 # apt's variables, not the shell's
    apt-get indextargets --format '$(ORIGIN) $(LABEL) $(REPO_URI)' | awk '$1 == "Debian" && $2 == "Debian" { print $3; exit }'
}

newest_tarball() { find "$source_dir" -maxdepth 1 -name '*.orig.tar.*' ! -name '*.asc' | sort -V | tail -n 1; }

# A private apt: its own list and its own state, so neither root nor the machine's configuration is needed.
fetch_tarball() {
    local apt=$source_dir/apt uri=$1
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    echo "deb-src [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $uri $suite main" >"$apt/sources.list"
    local options=(-o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null
        -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache=$apt/cache" -o "APT::Sandbox::User=$(id -un)"
        -o Acquire::Languages=none -o Acquire::Retries=3)
    cd "$source_dir"
    apt-get "${options[@]}" update
    apt-get "${options[@]}" source --download-only "postgresql-$major" || fetch_known_tarball "$uri"
    rm -rf "$apt"
}

fetch_known_tarball() {
    local name=postgresql-${major}_$known.orig.tar.bz2
    rm -f "$source_dir"/*.orig.tar.*
    /usr/lib/apt/apt-helper download-file "${1%/}/pool/main/p/postgresql-$major/$name" "$source_dir/$name" "SHA256:$checksum"
}

configure_and_make() {
    rm -rf "$source_dir/tree" "$prefix"
    mkdir -p "$source_dir/tree"
    tar -xf "$tarball" -C "$source_dir/tree" --strip-components=1
    cd "$source_dir/tree"
    # PostgreSQL's makefiles leave out the generated headers when called by another make, as ours is.
    unset MAKELEVEL MAKEFLAGS MFLAGS
    ./configure --prefix="$prefix" --without-icu --enable-cassert --enable-debug
    make -j"$(nproc)" world-bin
    make install-world-bin
}

mkdir -p "$source_dir"
tarball=$(newest_tarball)
if [ -z "$tarball" ]; then
    uri=$(debian_archive)
    if [ -z "$uri" ]; then
        # A bare machine has addresses but no lists yet.
        logged apt-update as_admin apt-get -q update
        uri=$(debian_archive)
    fi
    [ -n "$uri" ] || die "no Debian archive in this machine's apt configuration: install postgresql-$major and postgresql-server-dev-$major instead"
    say "fetching the source of PostgreSQL $major"
    logged "fetch-$major" fetch_tarball "$uri"
    tarball=$(newest_tarball)
fi
say "building PostgreSQL $major with assertions (about 8 minutes on 2 cores)"
logged "build-$major" configure_and_make
touch "$prefix/complete"
