#!/usr/bin/env bash
# The main job on the embedded broker, step by step: topic, JSON lines in, JSON lines out, the group's lag.
set -euo pipefail
kafka=$(realpath "${1:?usage: demo.sh KAFKA}")
work=$(mktemp -d)
broker=
trap '[ -z "$broker" ] || kill "$broker" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$work"' EXIT

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
[ -t 1 ] || say() { printf '\n%s\n' "$*"; }
run() { say "\$ kafka $*"; "$kafka" "$@"; }

say '$ kafka broker --listen 127.0.0.1:0 --ephemeral &'
"$kafka" broker --listen 127.0.0.1:0 --ephemeral >"$work/ready" 2>"$work/log" &
broker=$!
for _ in $(seq 100); do grep -q ready "$work/ready" && break; kill -0 "$broker" || { cat "$work/log" >&2; exit 1; }; sleep 0.05; done
cat "$work/ready"
export KAFKA_BOOTSTRAP_SERVERS=$(sed -n 's/^ready on \([^,]*\),.*/\1/p' "$work/ready")

run topics --create --topic sensors --partitions 3

seq 1000 | sed 's/.*/{"sensor": &, "temperature": 21.5, "unit": "C"}/' >"$work/lines"
say "\$ kafka console-producer --topic sensors < $(wc -l <"$work/lines") JSON lines"
"$kafka" console-producer --topic sensors <"$work/lines"

say '$ kafka console-consumer --topic sensors --from-beginning --group demo --max-messages 1000 | sort | head -3'
"$kafka" console-consumer --topic sensors --from-beginning --group demo --max-messages 1000 >"$work/out"
sort "$work/out" | sed -n 1,3p
sort "$work/lines" | cmp - <(sort "$work/out") && echo 'all 1,000 lines came back, byte for byte'

run consumer-groups --describe --group demo

say "\$ kill $broker"
kill "$broker"
wait "$broker" && broker= && echo 'the broker stopped cleanly'
