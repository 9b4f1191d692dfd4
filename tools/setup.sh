# Sourced by ./run and ./check: makes sure that the packages named in $1 are installed.
# As root or with sudo it installs what is missing; without either it prints the one line that an
# administrator has to run, and stops.

HANSE_PACKAGES_BUILD="gcc clang llvm libclang-rt-14-dev meson ninja-build pkg-config git ca-certificates
 libuv1-dev libsqlite3-dev libsodium-dev libcurl4-openssl-dev libgeos-dev libmd4c-dev liblapacke-dev
 libpq-dev libssl-dev libzstd-dev zlib1g-dev libutf8proc-dev libcmocka-dev libjansson-dev node-llhttp
 gettext mosquitto tzdata procps"
HANSE_PACKAGES_CHECK="chromium default-jre-headless postgresql-15 clang-format valgrind openssl util-linux"

hanse_missing() {
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || echo "$package"
    done
}

# A Node of another source conflicts with Debian's npm, so these two come only where they lack.
hanse_node_packages() {
    local major
    major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p')
    if [ "${major:-0}" -ge 18 ] && command -v npm >/dev/null; then return; fi
    echo nodejs npm
}

hanse_setup() {
    local missing sudo=""
    # shellcheck disable=SC2086
    missing=$(hanse_missing $1 | tr '\n' ' ')
    missing="$missing$(hanse_node_packages)"
    missing=$(echo $missing)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ]; then
        if command -v sudo >/dev/null && sudo -n true 2>/dev/null; then
            sudo="sudo"
        else
            echo "Some packages are missing. Have an administrator run this, then start again:" >&2
            echo "  apt-get install --no-install-recommends $missing" >&2
            exit 1
        fi
    fi
    echo "installing: $missing" >&2
    $sudo apt-get update -q >/dev/null || { echo "apt-get update failed" >&2; exit 1; }
    # shellcheck disable=SC2086
    $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends $missing \
        >/dev/null || { echo "the packages could not be installed: $missing" >&2; exit 1; }
}
