# Sourced by ./run and ./check: makes sure that the packages named in $1 are installed.
# As root or with sudo it installs what is missing; without either it prints the one line that an
# administrator has to run, and stops.

HANSE_PACKAGES_BUILD="gcc clang llvm libclang-rt-14-dev meson ninja-build pkg-config git
 ca-certificates libuv1-dev libsqlite3-dev libsodium-dev libcurl4-openssl-dev libgeos-dev
 libmd4c-dev libpq-dev libssl-dev libdeflate-dev
 libcmocka-dev libjansson-dev liblapacke-dev node-llhttp gettext mosquitto tzdata procps"
HANSE_PACKAGES_CHECK="chromium default-jre-headless postgresql-15 clang-format valgrind openssl
 util-linux binutils dpkg-dev"

hanse_missing() {
    local package
    for package in "$@"; do
        dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' \
            || echo "$package"
    done
}

# A Node of another source conflicts with Debian's npm, so these two come only where they lack.
hanse_node_packages() {
    local major
    major=$(node --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\..*/\1/p') || true
    if [ "${major:-0}" -ge 18 ] && command -v npm >/dev/null; then return; fi
    echo nodejs npm
}

hanse_install() { # packages
    local apt="apt-get -q -o DPkg::Lock::Timeout=300" log as=""
    [ "$(id -u)" = 0 ] || as="sudo -n"
    log=$(mktemp)
    echo "installing: $*" >&2
    if ! $as $apt update >"$log" 2>&1 || ! $as env DEBIAN_FRONTEND=noninteractive \
            $apt install -y --no-install-recommends "$@" >>"$log" 2>&1; then
        tail -n 20 "$log" >&2
        echo "the packages could not be installed; all that apt said is in $log" >&2
        exit 1
    fi
    rm -f "$log"
}

hanse_setup() {
    local missing
    command -v dpkg-query >/dev/null || {
        echo "This is no Debian. Install what HANSE_PACKAGES_BUILD in tools/setup.sh names," >&2
        echo "then build with: meson setup build && ninja -C build" >&2
        exit 1
    }
    # shellcheck disable=SC2046,SC2086
    missing=$(echo $(hanse_missing $1) $(hanse_node_packages))
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" != 0 ] && ! sudo -n true 2>/dev/null; then
        echo "Some packages are missing. Have an administrator run this, then start again:" >&2
        echo "  apt-get install --no-install-recommends $missing" >&2
        exit 1
    fi
    # shellcheck disable=SC2086
    hanse_install $missing
}

# Of ninja's output, with NINJA_STATUS='[%f/%t] ': a line for each tenth of the way.
hanse_progress() {
    awk '{ if (!match($0, /^\[[0-9]+\/[0-9]+\]/)) next
        split(substr($0, 2, RLENGTH - 2), n, "/")
        tenth = int(10 * n[1] / n[2])
        if (tenth > last) { printf "   %d of %d\n", n[1], n[2]; fflush(); last = tenth } }'
}
