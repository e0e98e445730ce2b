#!/usr/bin/env bash
# Compiles the pinned files from the .in files with uv, for Python 3.11 to 3.14 on every system.
# Only the public index is asked, whatever this machine is set to, and no address is written down.
# Give `--upgrade` to take newer versions.
set -euo pipefail
cd "$(dirname "$0")"

compile() {
    env -u UV_INDEX -u UV_INDEX_URL -u UV_DEFAULT_INDEX -u UV_EXTRA_INDEX_URL -u UV_FIND_LINKS \
        uv --no-config pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header "$1.in" --output-file "$1.txt" "${@:2}"
}

compile development "$@"
compile runtime --constraints development.txt "$@"
compile engine --no-deps "$@"
compile engine-build "$@"
compile build "$@"
