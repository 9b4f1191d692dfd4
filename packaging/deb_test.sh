#!/usr/bin/env bash
# deb_test.sh BINARY: builds the Debian package twice and looks at what is in it. TAP.
set -uo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
binary=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
number=0
case_() { # name, command...: ok when the command ends with 0
    local name=$1
    shift
    number=$((number + 1))
    if "$@" >&2; then echo "ok $number - $name"; else echo "not ok $number - $name"; fi
}
skip() { number=$((number + 1)); echo "ok $number - $1 # SKIP $2"; }
echo 1..13

mkdir "$work/a" "$work/b"
build() { "$top/packaging/deb.sh" "$binary" "$work/$1"; }
case_ "the package builds" build a
deb=$(echo "$work"/a/hanse_*.deb)
version=$("$binary" version | sed 's/^hanse //')
mkdir "$work/root" "$work/control"
dpkg-deb -x "$deb" "$work/root" && dpkg-deb -e "$deb" "$work/control"

same_bytes() { build b >/dev/null && cmp "$deb" "$work"/b/hanse_*.deb; }
case_ "it builds to the same bytes twice" same_bytes

is_named() {
    [ "$(dpkg-deb -f "$deb" Package)" = hanse ] &&
        [ "$(dpkg-deb -f "$deb" Version)" = "$version-1" ] &&
        [ "$(dpkg-deb -f "$deb" Architecture)" = "$(dpkg --print-architecture)" ]
}
case_ "it carries the program's name, version and architecture" is_named

# Every library that the program names belongs to a package that Depends names.
needs_are_met() {
    local depends library file package
    depends=$(dpkg-deb -f "$deb" Depends)
    for library in $(readelf -d "$work/root/usr/bin/hanse" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')
    do
        file=$(ldd "$work/root/usr/bin/hanse" | awk -v l="$library" '$1 == l { print $3 }')
        case $library in ld-linux* | libgcc_s* | libm.so* | libc.so*) continue ;; esac
        package=$(dpkg -S "$(realpath "$file")" "$file" 2>/dev/null | head -n 1 | cut -d: -f1)
        case ",$depends" in
        *[,\ ]"$package"[\ ,]*) ;;
        *) echo "$library of \"$package\" is not in: $depends"; return 1 ;;
        esac
    done
    case $depends in *"libc6 (>= "*tzdata*) ;; *) echo "$depends"; return 1 ;; esac
}
case_ "it depends on every library that the program names" needs_are_met

holds_files() {
    local file
    for file in usr/bin/hanse lib/systemd/system/hanse.service usr/share/man/man1/hanse.1.gz \
        etc/hanse/hanse.env usr/share/doc/hanse/{copyright,changelog.gz,changelog.Debian.gz}; do
        [ -s "$work/root/$file" ] || { echo "$file is missing"; return 1; }
    done
    ! dpkg-deb -c "$deb" | grep -v ' root/root ' || { echo "not all of it is root's"; return 1; }
}
case_ "it holds program, unit, manual page, options and licence, all owned by root" holds_files

runs() { [ "$("$work/root/usr/bin/hanse" version)" = "hanse $version" ]; }
case_ "the program in it runs" runs
is_stripped() { ! readelf -S "$work/root/usr/bin/hanse" | grep -qE '\.symtab|\.debug_info'; }
case_ "the program in it is stripped" is_stripped
has_licence() { grep -q EUPL "$work/root/usr/share/doc/hanse/copyright"; }
case_ "the licence is in it" has_licence
reads_as_manual() { gzip -dc "$work/root/usr/share/man/man1/hanse.1.gz" | grep -q '^\.TH HANSE 1'; }
case_ "the manual page is one" reads_as_manual
keeps_options() { [ "$(cat "$work/control/conffiles")" = /etc/hanse/hanse.env ]; }
case_ "the options of an administrator outlive an upgrade" keeps_options
sums_are_right() { (cd "$work/root" && md5sum -c --quiet "$work/control/md5sums"); }
case_ "its sums are right" sums_are_right
scripts_parse() {
    local script
    for script in postinst prerm postrm; do
        [ -x "$work/control/$script" ] && sh -n "$work/control/$script" || return 1
    done
}
case_ "its scripts parse" scripts_parse

# The unit is judged where systemd is: every line known, and little left open.
unit_is_tight() {
    install -D -m 0755 /bin/kill "$work/root/bin/kill"
    local out
    out=$(systemd-analyze verify --man=no --root="$work/root" hanse.service 2>&1 |
        grep -E 'hanse\.service.*(Unknown|Failed to parse|Invalid|not executable)')
    [ -z "$out" ] || { echo "$out"; return 1; }
    systemd-analyze security --offline=true --threshold=20 --root="$work/root" hanse.service |
        tail -n 1
}
if systemd-analyze security --help 2>/dev/null | grep -q -- --offline; then
    case_ "systemd knows every line of the unit and finds it closed" unit_is_tight
else
    skip "systemd knows every line of the unit and finds it closed" "systemd-analyze is not here"
fi
