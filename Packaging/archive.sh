#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# archive.sh EXECUTABLE DIRECTORY: makes kafka-VERSION-linux-ARCHITECTURE.tar.gz, to be unpacked in /usr/local
# (tar -C /usr/local --strip-components=1 -xf FILE). The same executable gives the same bytes: times are those of
# debian/changelog, or SOURCE_DATE_EPOCH. Prints the file's name.
set -euo pipefail
umask 022
here=$(cd "$(dirname "$0")" && pwd)
executable=$(realpath "$1") out=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

version=$("$executable" --version)
name=kafka-${version#kafka }-linux-$(uname -m)
DESTDIR=$work/tree "$here/install.sh" "$executable" /usr/local links
mv "$work/tree/usr/local" "$work/$name"
rm "$work/$name/share/doc/kafka/installed"
install -m 644 "$here/../README.md" "$work/$name/share/doc/kafka"
epoch=${SOURCE_DATE_EPOCH:-$(dpkg-parsechangelog -l "$here/debian/changelog" -S Timestamp)}
tar -C "$work" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner -cf - "$name" |
  gzip -n >"$out/$name.tar.gz"
echo "$name.tar.gz"
