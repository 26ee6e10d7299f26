#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# install.sh EXECUTABLE PREFIX [LINKS]: puts the executable, stripped, and all that belongs to it below $DESTDIR$PREFIX;
# with LINKS also under the names of Kafka's scripts. What an earlier version had put there and this one has no more goes.
# Each file takes the place of the one before at once, so that one in use may be replaced.
# install.sh --remove PREFIX: takes exactly that away again.
set -euo pipefail
umask 022
here=$(cd "$(dirname "$0")" && pwd)
root=$(dirname "$here")
DESTDIR=${DESTDIR:-}
SYSCONFDIR=${SYSCONFDIR:-/etc}
# What was installed, below PREFIX; folders that were not there before end in a slash.
list=share/doc/kafka/installed

# Only a file that is as it was installed.
remove_configuration() {
  local configuration=$DESTDIR$SYSCONFDIR/kafka/server.properties
  if cmp -s "$configuration" "$1/share/doc/kafka/server.properties"; then
    rm -f "$configuration"
    rmdir --ignore-fail-on-non-empty "$DESTDIR$SYSCONFDIR/kafka"
  elif [ -e "$configuration" ]; then
    echo "$configuration was changed and stays" >&2
  fi
}

# remove TARGET: what is named on standard input; folders only if they are empty then.
remove() {
  local name
  LC_ALL=C sort -r | while IFS= read -r name; do
    case $name in
    */) rmdir --ignore-fail-on-non-empty "$1/$name" 2>/dev/null || true ;;
    *) rm -f "$1/$name" ;;
    esac
  done
}

if [ "${1:-}" = --remove ]; then
  target=$DESTDIR$2
  [ -e "$target/$list" ] || { echo "nothing is installed in $target: there is no $target/$list" >&2; exit 1; }
  if grep -q '^lib/systemd/' "$target/$list"; then remove_configuration "$target"; fi
  names=$(cat "$target/$list")
  remove "$target" <<<"$names"
  exit
fi

executable=$1 prefix=$2 links=${3:-}
target=$DESTDIR$prefix
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

install -D -m 755 -s "$executable" "$stage/bin/kafka"
install -D -m 644 -t "$stage/share/man/man1" "$root"/Man/*.1
install -D -m 644 -t "$stage/share/man/man7" "$root"/Man/*.7
install -D -m 644 "$root/Completions/kafka.bash" "$stage/share/bash-completion/completions/kafka"
install -D -m 644 -t "$stage/share/zsh/site-functions" "$root/Completions/_kafka"
install -D -m 644 -t "$stage/share/fish/vendor_completions.d" "$root/Completions/kafka.fish"
install -D -m 644 -t "$stage/share/doc/kafka" "$root/LICENSE" "$here/server.properties"
"$here/licenses.sh" >"$stage/share/doc/kafka/THIRD-PARTY"

if [ -n "$links" ]; then
  for page in "$stage"/share/man/man1/kafka-*.1; do
    tool=${page##*/} tool=${tool%.1}
    for link in "$tool" "$tool.sh"; do echo "$link $tool"; done
  done >"$stage/names"
  # Names of ours for what has another page.
  printf '%s\n' 'kafka-topic kafka-topics' 'kafka-topic.sh kafka-topics' 'kafka-run-class kafka' \
    'kafka-run-class.sh kafka' >>"$stage/names"
  while read -r link page; do
    ln -s kafka "$stage/bin/$link"
    ln -s kafka "$stage/share/bash-completion/completions/$link"
    ln -s kafka.fish "$stage/share/fish/vendor_completions.d/$link.fish"
    [ "$link" = "$page" ] || ln -s "$page.1" "$stage/share/man/man1/$link.1"
  done <"$stage/names"
  rm "$stage/names"
fi

# Elsewhere systemd doesn't look for units of the system.
case $prefix in
/usr | /usr/local)
  install -D -m 644 "$here/kafka.sysusers" "$stage/lib/sysusers.d/kafka.conf"
  mkdir -p "$stage/lib/systemd/system"
  sed "s|/usr/bin/kafka|$prefix/bin/kafka|; s|/etc/kafka|$SYSCONFDIR/kafka|" "$here/kafka.service" \
    >"$stage/lib/systemd/system/kafka.service"
  configuration=$DESTDIR$SYSCONFDIR/kafka/server.properties
  [ -e "$configuration" ] || install -D -m 644 "$here/server.properties" "$configuration"
  ;;
esac

touch "$stage/$list"
files=$(cd "$stage" && find . -mindepth 1 ! -type d -printf '%P\n')
{
  echo "$files"
  (cd "$stage" && find . -mindepth 1 -type d -printf '%P/\n') | while IFS= read -r folder; do
    if [ ! -d "$target/$folder" ] || grep -qxF "$folder" "$target/$list" 2>/dev/null; then echo "$folder"; fi
  done
} | LC_ALL=C sort >"$stage/$list"
mkdir -p "$target"
if [ -e "$target/$list" ]; then LC_ALL=C comm -23 "$target/$list" "$stage/$list" | remove "$target"; fi
# Beside its place first: only there a file can take a place at once.
beside=$target/.kafka-$$
trap 'rm -rf "$stage" "$beside"' EXIT
cp -R --preserve=mode,links "$stage" "$beside"
(cd "$beside" && find . -type f -o -type l) | sed 's|/[^/]*$||' | sort -u | while IFS= read -r folder; do
  mkdir -p "$target/$folder"
  find "$beside/$folder" -maxdepth 1 ! -type d -exec mv -f -t "$target/$folder" {} +
done

if [ -z "$DESTDIR" ] && [ "$(id -u)" = 0 ] && [ -d /run/systemd/system ] && [ -d "$stage/lib/systemd" ]; then
  echo "As a service: systemd-sysusers && systemctl daemon-reload && systemctl enable --now kafka"
fi
