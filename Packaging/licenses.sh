#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# licenses.sh: prints the licences of all that the executable has in it: of the Swift packages that it was built from, of
# Swift's own libraries, and of the C libraries, as Debian's packages have them.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
checkouts=$root/.build/checkouts
archives="libz.a libzstd.a liblz4.a libsnappy.a libedit.a libbsd.a libmd.a libtinfo.a libstdc++.a"

heading() { printf '\n%s\n%s\n%s\n\n' "$rule" "$1" "$rule"; }
rule=$(printf '=%.0s' $(seq 78))

[ -d "$checkouts" ] || { echo "$checkouts is not there: build first" >&2; exit 1; }
echo "kafka is under the Apache License 2.0. The executable has in it, each under the licence below:"

for package in "$checkouts"/*/; do
  package=${package%/} found=
  heading "$(basename "$package")"
  for file in "$package"/LICENSE* "$package"/NOTICE*; do
    [ -f "$file" ] || continue
    [ -z "$found" ] || printf '\n%s\n\n' "${rule//=/-}"
    cat "$file"
    found=yes
  done
  [ -n "$found" ] || { echo "$package has no licence" >&2; exit 1; }
done
# What the packages have taken from others.
while IFS= read -r file; do
  heading "${file#"$checkouts"/}"
  cat "$file"
done < <(find "$checkouts"/*/Sources -iname 'LICENSE*' | LC_ALL=C sort)

heading "BoringSSL (in swift-crypto and swift-nio-ssl)"
cat <<'END'
Copyright The BoringSSL Authors
Copyright The OpenSSL Project Authors
Copyright Google LLC
Copyright Intel Corporation
Copyright (c) 2002, Oracle and/or its affiliates
Copyright the fiat-crypto authors (third_party/fiat, which may be used under the same licence)

Licensed under the Apache License, Version 2.0, whose text stands above.
END

heading "Swift's standard library and runtime"
swift=$(dirname "$(dirname "$(realpath "$(command -v swift)")")")
cat "$swift/share/swift/LICENSE.txt"

for archive in $archives; do
  file=$(realpath "$(cc -print-file-name="$archive")")
  package=$(dpkg-query -S "$file" 2>/dev/null | sed 's/:.*//' | head -1)
  # Elsewhere than on Debian whoever distributes the executable knows.
  [ -n "$package" ] || { echo "no package owns $file, whose licence is left out" >&2; continue; }
  heading "${archive%.a} ($package)"
  cat "/usr/share/doc/$package/copyright"
done
