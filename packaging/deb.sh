#!/usr/bin/env bash
# Builds a Debian package of a built program: packaging/deb.sh [BINARY [FOLDER]]
# BINARY is build/hanse if not named, and the package is written to FOLDER (the current one).
# Prints the package's name. The same binary and tree give the same bytes.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
binary=$(realpath "${1:-$top/build/hanse}")
out=$(realpath "${2:-.}")
[ -x "$binary" ] || { echo "$binary is missing: ./run --build makes it" >&2; exit 1; }
for tool in dpkg-deb dpkg-shlibdeps strip gzip; do
    command -v $tool >/dev/null && continue
    echo "$tool is missing (packages: dpkg-dev binutils)" >&2
    exit 1
done

umask 022
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
root=$stage/root
version=$("$binary" version | sed 's/^hanse //')
architecture=$(dpkg --print-architecture)
epoch=${SOURCE_DATE_EPOCH:-$(git -C "$top" log -1 --format=%ct 2>/dev/null ||
    stat -c %Y "$top/CHANGELOG.md")}
export SOURCE_DATE_EPOCH=$epoch
maintainer="The hanse contributors <hanse@example.org>"

doc=$root/usr/share/doc/hanse
install -D -m 0755 "$binary" "$root/usr/bin/hanse"
strip --strip-unneeded --remove-section=.comment --remove-section=.note "$root/usr/bin/hanse"
install -D -m 0644 "$top/packaging/hanse.service" "$root/lib/systemd/system/hanse.service"
install -D -m 0640 "$top/packaging/hanse.env" "$root/etc/hanse/hanse.env"
install -d "$root/usr/share/man/man1" "$doc" "$root/DEBIAN"
"$binary" manual | gzip -9n >"$root/usr/share/man/man1/hanse.1.gz"
gzip -9nc "$top/CHANGELOG.md" >"$doc/changelog.gz"
{ cat "$top/NOTICE"; printf '\n\nThe licence\n\n'; cat "$top/LICENSE"; } >"$doc/copyright"
gzip -9n >"$doc/changelog.Debian.gz" <<CHANGES
hanse ($version-1) stable; urgency=medium

  * Built from the tree; changelog.gz says what changed.

 -- $maintainer  $(date -u -R -d "@$epoch")
CHANGES
for page in operations user-guide api feeds; do
    [ ! -f "$top/doc/$page.md" ] || install -m 0644 "$top/doc/$page.md" "$doc/$page.md"
done

# dpkg-shlibdeps wants a source package around it.
mkdir "$stage/debian"
printf 'Source: hanse\n\nPackage: hanse\nArchitecture: any\n' >"$stage/debian/control"
depends=$(cd "$stage" && dpkg-shlibdeps -O root/usr/bin/hanse 2>"$stage/log") || {
    cat "$stage/log" >&2
    exit 1
}
depends=${depends#shlibs:Depends=}
size_kib=$(du -k -s --apparent-size "$root" | cut -f1)
sed -e "s|@VERSION@|$version-1|; s|@ARCHITECTURE@|$architecture|; s|@SIZE_KIB@|$size_kib|" \
    -e "s|@DEPENDS@|$depends|; s|@MAINTAINER@|$maintainer|" \
    "$top/packaging/debian/control" >"$root/DEBIAN/control"
echo /etc/hanse/hanse.env >"$root/DEBIAN/conffiles"
for script in postinst prerm postrm; do
    install -m 0755 "$top/packaging/debian/$script" "$root/DEBIAN/$script"
done
(cd "$root" && find usr lib -type f -print0 | LC_ALL=C sort -z | xargs -0 md5sum) \
    >"$root/DEBIAN/md5sums"
chmod 0644 "$root"/DEBIAN/{control,conffiles,md5sums}
find "$root" -exec touch --no-dereference --date="@$epoch" {} +
package=$out/hanse_$version-1_$architecture.deb
dpkg-deb --root-owner-group -Zxz --build "$root" "$package" >/dev/null
echo "$package"
