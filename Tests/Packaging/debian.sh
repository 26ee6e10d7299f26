#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# debian.sh PACKAGE.deb DIRECTORY: installs Debian's package in a Debian 12 that debootstrap makes in the directory (once; it
# needs root and a network), runs the broker as the unit says, looks at manual and completion, and removes and purges it.
set -euo pipefail
deb=$(realpath "$1")
mkdir -p "$2"
base=$(realpath "$2")/bookworm
root=$(realpath "$2")/installed
step() { printf '\n== %s\n' "$*"; }
fail() { echo "FAILED: $*" >&2; exit 1; }
within() { chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@"; }

if [ ! -e "$base/etc/debian_version" ]; then
  rm -rf "$base"
  debootstrap --variant=minbase --include=man-db,bash-completion,procps bookworm "$base" http://deb.debian.org/debian
fi

broker=
end() {
  [ -z "$broker" ] || kill "$broker" 2>/dev/null || true
  wait 2>/dev/null || true
  umount "$root/proc" "$root/dev" 2>/dev/null || true
}
trap end EXIT
umount "$root/proc" "$root/dev" 2>/dev/null || true
rm -rf --one-file-system "$root"
cp -a "$base" "$root"
mount -t proc proc "$root/proc"
mount --bind /dev "$root/dev"
cp "$deb" "$root/tmp/kafka.deb"
cp /etc/resolv.conf "$root/etc/resolv.conf" 2>/dev/null || true

step "the package and what it needs install"
within apt-get install -y -q /tmp/kafka.deb >"$base.log" 2>&1 || { tail -20 "$base.log"; fail "apt-get install"; }
within getent passwd kafka
[ "$(within stat -c '%U:%G %a' /var/lib/kafka)" = 'kafka:kafka 750' ] || fail "the data directory is $(within stat -c '%U:%G %a' /var/lib/kafka)"
within test -L /etc/systemd/system/multi-user.target.wants/kafka.service || fail "the service is not enabled"
[ -z "$(within dpkg --verify kafka)" ] || fail "dpkg --verify"

step "the unit's command serves as the unit's user"
command=$(sed -n 's/^ExecStart=//p' "$root/lib/systemd/system/kafka.service")
user=$(sed -n 's/^User=//p' "$root/lib/systemd/system/kafka.service")
chroot "$root" setpriv --reuid="$user" --regid="$user" --clear-groups --no-new-privs env -i PATH=/usr/bin:/bin $command \
  >"$root/tmp/out" 2>"$root/tmp/log" &
broker=$!
for _ in $(seq 200); do grep -q '^ready on' "$root/tmp/out" && break; kill -0 $broker || { cat "$root/tmp/log"; fail "no broker"; }; sleep 0.05; done
cat "$root/tmp/out"
[ "$(ps -o user= -p $broker | tr -d ' ')" != root ] || fail "the broker runs as root"
within kafka-topics.sh --bootstrap-server localhost:9092 --create --topic sensors
printf 'one\ntwo\n' | within kafka console-producer --topic sensors
[ "$(within kafka-console-consumer --bootstrap-server localhost:9092 --topic sensors --from-beginning --max-messages 2 2>/dev/null)" = $'one\ntwo' ] ||
  fail "the records did not come back"
within test -d /var/lib/kafka/data/sensors-0

step "the manual opens, and the shell completes"
for page in kafka kafka-topics kafka-topics.sh kafka-broker kafka-security; do
  within env MANPAGER=cat MANWIDTH=80 man "$page" | grep -q '^NAME' || fail "man $page"
done
for line in 'kafka top' 'kafka-topics.sh --bootstrap-s'; do
  within bash -c '
    source /usr/share/bash-completion/bash_completion
    COMP_LINE=$1 COMP_POINT=${#1}; read -ra COMP_WORDS <<<"$1"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    _completion_loader "${COMP_WORDS[0]}"
    complete -p "${COMP_WORDS[0]}" >/tmp/complete
    function=$(sed "s/.*-F \([^ ]*\).*/\1/" /tmp/complete)
    "$function" "${COMP_WORDS[0]}" "${COMP_WORDS[-1]}" "${COMP_WORDS[-2]}"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$line" | grep -E 'topics|--bootstrap-server' || fail "completion of '$line'"
done

step "it is removed while its files stay, installed again, and purged"
kill $broker && wait $broker && broker=
echo 'num.partitions=5' >>"$root/etc/kafka/server.properties"
within apt-get remove -y -q kafka >>"$base.log" 2>&1
within test ! -e /usr/bin/kafka || fail "the executable is still there"
within test ! -e /usr/bin/kafka-topics.sh || fail "a link is still there"
within test -d /var/lib/kafka/data/sensors-0 || fail "removing took the data"
grep -q num.partitions=5 "$root/etc/kafka/server.properties" || fail "removing took the configuration"
within apt-get install -y -q -o Dpkg::Options::=--force-confold /tmp/kafka.deb >>"$base.log" 2>&1
grep -q num.partitions=5 "$root/etc/kafka/server.properties" || fail "installing took the configuration"
within test -L /etc/systemd/system/multi-user.target.wants/kafka.service || fail "the service is not enabled again"
within apt-get purge -y -q kafka >>"$base.log" 2>&1
for path in /var/lib/kafka /etc/kafka/server.properties /usr/share/doc/kafka /etc/systemd/system/multi-user.target.wants/kafka.service; do
  within test ! -e "$path" || fail "$path is still there"
done
left=$(within find / -xdev -iname '*kafka*' -not -path '/proc/*' -not -path '/tmp/*' -not -path '/var/cache/*' -not -path '/var/log/*')
[ -z "$left" ] || fail "left behind: $left"
step "all is well"
