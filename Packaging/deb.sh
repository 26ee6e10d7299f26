#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# deb.sh EXECUTABLE DIRECTORY: makes Debian's package of the executable, and one of its symbols if it has them. The same
# executable gives the same bytes: times are those of debian/changelog, or SOURCE_DATE_EPOCH. COMPRESSION, xz without it, is
# dpkg-deb's. Prints the files' names.
set -euo pipefail
umask 022
here=$(cd "$(dirname "$0")" && pwd)
executable=$(realpath "$1") out=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

said() { dpkg-parsechangelog -l "$here/debian/changelog" -S "$1"; }
version=$(said Version)
[ "kafka ${version%-*}" = "$("$executable" --version)" ] || {
  echo "debian/changelog is of $version, the executable is $("$executable" --version)" >&2
  exit 1
}
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(said Timestamp)}
architecture=$(dpkg --print-architecture)
build_id=$(readelf -n "$executable" | sed -n 's/.*Build ID: //p')

package=$work/kafka
DESTDIR=$package "$here/install.sh" "$executable" /usr links
doc=$package/usr/share/doc/kafka
rm "$doc/installed" "$doc/server.properties" "$doc/LICENSE"
mkdir -p "$package/lib" "$package/DEBIAN"
# Where Debian 12 has units.
mv "$package/usr/lib/systemd" "$package/lib/systemd"
gzip -9n "$doc/THIRD-PARTY"
gzip -9n <"$here/debian/changelog" >"$doc/changelog.Debian.gz"
install -m 644 "$here/debian/copyright" "$doc/copyright"
install -D -m 644 "$here/debian/lintian-overrides" "$package/usr/share/lintian/overrides/kafka"
for page in "$package"/usr/share/man/man*/*; do
  if [ -L "$page" ]; then
    ln -s "$(readlink "$page").gz" "$page.gz"
    rm "$page"
  else
    gzip -9n "$page"
  fi
done
install -m 755 -t "$package/DEBIAN" "$here/debian/postinst" "$here/debian/prerm" "$here/debian/postrm"
echo /etc/kafka/server.properties >"$package/DEBIAN/conffiles"

# Which shared libraries it needs, and since which version they have all of it.
mkdir "$work/debian"
printf 'Source: kafka\n\nPackage: kafka\nArchitecture: any\n' >"$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps -O kafka/usr/bin/kafka | sed -n 's/^shlibs:Depends=//p')

# finish FOLDER CONTROL: makes a package of what is in a folder.
finish() {
  local size
  size=$(du -k -s --apparent-size --exclude=DEBIAN "$1" | cut -f1)
  mkdir -p "$1/DEBIAN"
  sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@MAINTAINER@/$(said Maintainer)/" \
    -e "s/@SIZE@/$size/; s/@LIBRARIES@/$libraries/; s/@BUILD_ID@/$build_id/" "$2" >"$1/DEBIAN/control"
  (cd "$1" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) \
    >"$1/DEBIAN/md5sums"
  dpkg-deb --root-owner-group -Z"${COMPRESSION:-xz}" -b "$1" "$out" >/dev/null
  echo "$(basename "$1")_${version}_$architecture.deb"
}
finish "$package" "$here/debian/control"

# The symbols, where debuggers look for them.
if [ -n "$build_id" ] && readelf -SW "$executable" | grep -q ' \.symtab '; then
  symbols=$work/kafka-dbgsym
  folder=$symbols/usr/lib/debug/.build-id/${build_id:0:2}
  mkdir -p "$folder" "$symbols/usr/share/doc"
  objcopy --only-keep-debug --compress-debug-sections "$executable" "$folder/${build_id:2}.debug"
  chmod 644 "$folder/${build_id:2}.debug"
  ln -s kafka "$symbols/usr/share/doc/kafka-dbgsym"
  finish "$symbols" "$here/debian/control.symbols"
fi
