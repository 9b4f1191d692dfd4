#!/usr/bin/env bash
# debootstrap.sh [--build]: an empty Debian 12, the committed tree cloned into it, and the two
# commands of the README inside. With --build only ./run --build and the package. TAP.
#
# Needs root, debootstrap and a Debian mirror; all three come from the machine: the mirror and the
# proxies of apt, its certificates, npm's configuration, and proxies in the environment. All mounts
# and processes live in namespaces of their own and end with the script.
set -uo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
skip() { echo "1..0 # SKIP $1"; exit 0; }
[ "$(id -u)" = 0 ] || skip "only root can make a system of its own"
command -v debootstrap >/dev/null || skip "debootstrap is not installed"
git -C "$top" rev-parse HEAD >/dev/null 2>&1 || skip "the tree is no git repository"
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.{list,sources} 2>/dev/null | awk '
    /^deb / { for (i = 2; i <= NF; i++) if ($i ~ /^https?:/) { print $i; exit } }
    /^URIs:/ { print $2; exit }')
[ -n "$mirror" ] || skip "apt names no mirror that can be reached over http"
unshare --mount --pid --fork true 2>/dev/null || skip "namespaces are not allowed here"

work=$(mktemp -d "${TMPDIR:-/tmp}/hanse-debian-XXXXXX")
root=$work/root
trap 'rm -rf --one-file-system "$work"' EXIT
number=0
step() { # name, command...: a case, and how long it took
    local name=$1 from=$SECONDS
    shift
    number=$((number + 1))
    if "$@" >"$work/log" 2>&1; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        tail -n 60 "$work/log" >&2
    fi
    sed 's/^/#   /' "$work/log" | tail -n 25
    echo "# $name: $((SECONDS - from))s"
}

# What this machine needs to reach its mirrors; nothing else of it goes inside.
copy_network() {
    local file
    cp /etc/resolv.conf /etc/hosts "$root/etc/" || return 1
    rm -rf "$root"/etc/apt/sources.list "$root"/etc/apt/sources.list.d
    cp -r /etc/apt/sources.list.d "$root/etc/apt/" || return 1
    [ ! -f /etc/apt/sources.list ] || cp /etc/apt/sources.list "$root/etc/apt/"
    for file in /etc/apt/apt.conf /etc/apt/apt.conf.d/*; do
        if grep -qs 'Acquire' "$file"; then cp "$file" "$root/etc/apt/apt.conf.d/"; fi
    done
    cp -r /usr/share/keyrings/. "$root/usr/share/keyrings/"
    mkdir -p "$root/usr/local/share/ca-certificates" "$root/etc/ssl/certs"
    cp -r /usr/local/share/ca-certificates/. "$root/usr/local/share/ca-certificates/" 2>/dev/null
    [ ! -f /etc/ssl/certs/ca-certificates.crt ] || cp /etc/ssl/certs/ca-certificates.crt \
        "$root/etc/ssl/certs/"
    [ ! -f /root/.npmrc ] || cp /root/.npmrc "$root/root/"
    ! [ -f /etc/npmrc ] || cp /etc/npmrc "$root/etc/"
}

inside() { # a shell command, in /srv/hanse
    local keep=() name
    for name in $(compgen -e); do
        case $name in
        *_proxy | *_PROXY | npm_config_* | NPM_CONFIG_* | SSL_CERT_* | NODE_EXTRA_CA_CERTS)
            keep+=("$name=${!name}") ;;
        esac
    done
    # shellcheck disable=SC2016
    unshare --mount --pid --fork --kill-child env -i "${keep[@]}" HOME=/root LANG=C.UTF-8 \
        PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin ROOT="$root" DO="$1" \
        sh -c '
            mount --make-rprivate / && mount -t proc proc "$ROOT/proc" &&
            mount -t sysfs -o ro sysfs "$ROOT/sys" && mount --rbind /dev "$ROOT/dev" &&
            exec chroot "$ROOT" bash -c "unset ROOT; cd /srv/hanse && eval \"\$DO\""'
}

make_debian() { debootstrap --variant=minbase bookworm "$root" "$mirror" && copy_network; }
clone() {
    git clone -q --no-hardlinks "$top" "$root/srv/hanse" && chown -R root: "$root/srv/hanse"
    # Services that packages bring are not started inside.
    printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
    chmod 0755 "$root/usr/sbin/policy-rc.d"
}
runs_version() { inside 'build/hanse version && ! ldd build/hanse | grep "not found"'; }
# The second time nothing is installed and nothing is built.
twice() { inside './run --build 2>&1 | tee /tmp/again; ! grep -q . /tmp/again'; }
serves() {
    inside 'build/hanse demo --data /tmp/city --listen 127.0.0.1:0 >/tmp/out 2>&1 & pid=$!
        for i in $(seq 150); do grep -q " started " /tmp/out && break; sleep 0.2; done
        port=$(sed -n "s/.* started .*port=\([0-9]*\).*/\1/p" /tmp/out)
        exec 3<>/dev/tcp/127.0.0.1/$port
        printf "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n" >&3
        read -r answer <&3; kill -TERM $pid; wait $pid; code=$?
        cat /tmp/out; echo "$answer, ended with $code"
        [ "${answer#HTTP/1.1 200}" != "$answer" ] && [ $code = 0 ]'
}
packages() {
    inside 'apt-get -q install -y --no-install-recommends dpkg-dev binutils >/dev/null &&
        deb=$(packaging/deb.sh build/hanse /tmp) &&
        apt-get -q install -y --no-install-recommends "$deb" &&
        getent passwd hanse && [ "$(stat -c "%U %a" /var/lib/hanse)" = "hanse 700" ] &&
        /usr/bin/hanse version && touch /var/lib/hanse/kept &&
        apt-get -q purge -y hanse && [ -f /var/lib/hanse/kept ] && [ ! -e /etc/hanse ]'
}
checks() {
    inside './check 2>&1 | grep --line-buffered -v " OK  "; exit ${PIPESTATUS[0]}'
}

cases=8
[ "${1:-}" != --build ] || cases=7
echo "1..$cases"
step "an empty Debian 12 is made" make_debian
step "the tree is cloned into it" clone
step "./run --build sets up and builds" inside './run --build'
step "the program finds its libraries" runs_version
step "./run --build a second time does nothing" twice
step "the demo city answers and ends in order" serves
step "the package is installed, and purged without the data" packages
[ "$cases" = 7 ] || step "./check passes" checks
