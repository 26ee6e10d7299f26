#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# rootfs.sh EXECUTABLE DIRECTORY: makes the root file system of a container image from this Debian system: the executable
# under every name and path that the usual Kafka images have, a shell with the few programs that scripts around them use,
# and nothing else: no package manager, no Java. Certificate authorities come along where they are installed.
set -euo pipefail
umask 022
here=$(cd "$(dirname "$0")" && pwd)
root=$2
user=1000

mkdir -p "$root"/{dev,proc,sys,run,etc,usr/{bin,sbin,lib}} "$root"/var/{lib,tmp,log}
ln -s usr/bin "$root/bin" && ln -s usr/sbin "$root/sbin" && ln -s usr/lib "$root/lib"
ln -s /run "$root/var/run"
install -d -m 1777 "$root/tmp" "$root/var/tmp"

DESTDIR=$root "$here/../install.sh" "$1" /usr links
# Nobody reads manuals there, and no systemd starts anything.
rm -rf "$root"/usr/share/{man,bash-completion,zsh,fish} "$root"/usr/lib/{systemd,sysusers.d} "$root/etc/kafka" \
  "$root"/usr/share/doc/kafka/{installed,server.properties}

# Where the loader looks by itself.
libraries=$(dirname "$(ldd "$root/usr/bin/kafka" | grep -o '/[^ ]*/libc\.so\.6')")

# library PATH: a shared library under the name by which programs ask for it.
library() {
  case $1 in
  # The loader's own place is part of every program.
  */ld-linux*) install -D "$(realpath "$1")" "$root$1" ;;
  *) install -D -m 644 "$(realpath "$1")" "$root$libraries/${1##*/}" ;;
  esac
}

# What scripts of images, compose files and Testcontainers call.
programs="bash sh sleep cat ls cp mv rm mkdir rmdir ln chmod touch mktemp env printenv echo printf true false test [ expr seq
  head tail tr cut sort uniq wc tee grep sed find xargs dirname basename realpath readlink date id whoami uname hostname
  timeout nproc df du stat kill base64"
origins=()
for program in $programs; do
  found=$(type -P "$program") || continue
  origins+=("$found" "${found#/usr}")
  install "$(realpath "$found")" "$root/usr/bin/$program"
  ldd "$found" | grep -o '/[^ ]*' >>"$root/libraries" || true
done
ldd "$root/usr/bin/kafka" | grep -o '/[^ ]*' >>"$root/libraries"
for file in $(sort -u "$root/libraries"); do
  library "$file"
  origins+=("$file" "$(realpath "$file")")
done
rm "$root/libraries"
# The C library looks names up by these, and ends threads by libgcc_s, which nobody names.
for name in libnss_files.so.2 libnss_dns.so.2 libresolv.so.2 libgcc_s.so.1; do
  [ ! -e "$libraries/$name" ] || library "$libraries/$name"
done

# Their licences, as their packages have them; a package knows a program by its place of old or by the new one.
for package in $(dpkg-query -S "${origins[@]}" 2>/dev/null |
  sed -n 's/^\([a-z0-9.+-]*\)\(:[a-z0-9]*\)\?: .*/\1/p' | sort -u); do
  install -D -m 644 "/usr/share/doc/$package/copyright" "$root/usr/share/doc/$package/copyright"
done

printf 'root:x:0:0:root:/root:/bin/sh\nappuser:x:%s:0:Kafka:/home/appuser:/bin/bash\nnobody:x:65534:65534::/:/bin/false\n' \
  $user >"$root/etc/passwd"
printf 'root:x:0:\nappuser:x:%s:\nnogroup:x:65534:\n' $user >"$root/etc/group"
printf 'passwd: files\ngroup: files\nhosts: files dns\n' >"$root/etc/nsswitch.conf"
printf 'PRETTY_NAME="kafka on Debian'"'"'s C library"\nNAME=kafka\nID=kafka\nID_LIKE=debian\n' >"$root/etc/os-release"
if [ -e /etc/ssl/certs/ca-certificates.crt ]; then
  install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
fi

# Where the images have their scripts. Whoever changes Confluent's with sed, as recipes for KRaft do, finds files to change.
for place in etc/kafka/docker etc/confluent/docker; do
  install -D -m 755 "$here/run" "$root/$place/run"
  for step in configure ensure launch; do
    printf '#!/bin/sh\n# Nothing is left to do here: run does it all.\n' >"$root/$place/$step"
    chmod 755 "$root/$place/$step"
  done
done
install -D -m 755 "$here/run" "$root/opt/bitnami/scripts/kafka/run.sh"
printf '#!/bin/sh\nexec "$@"\n' >"$root/opt/bitnami/scripts/kafka/entrypoint.sh"
chmod 755 "$root/opt/bitnami/scripts/kafka/entrypoint.sh"
install -m 755 "$here/run" "$root/usr/bin/start-kafka.sh"

# The tools by every path.
for name in cub ub; do ln -s kafka "$root/usr/bin/$name"; done
for place in opt/kafka/bin opt/bitnami/kafka/bin; do
  mkdir -p "$root/$place"
  for link in "$root"/usr/bin/kafka-*.sh; do ln -s /usr/bin/kafka "$root/$place/$(basename "$link")"; done
done

# What the broker's user writes to, also one of another number whose group is root's, as OpenShift chooses it.
for place in var/lib/kafka/data bitnami/kafka kafka home/appuser etc/kafka/secrets mnt/shared/config etc/confluent/docker; do
  mkdir -p "$root/$place"
  [ "$(id -u)" != 0 ] || chown -R $user:0 "$root/$place"
  chmod -R g=u "$root/$place"
done
