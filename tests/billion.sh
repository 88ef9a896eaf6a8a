#!/bin/bash
# The same answer at length: sweeps of more than 10^9 events, twice, in two processes that differ in all that must not matter:
# number of threads, environment, working directory. Every event is digested, and the whole summaries are compared.
#
#   tests/billion.sh                 builds synod and takes some minutes
#   EVENTS=20000000 tests/billion.sh fewer events
#   SYNOD=/path/to/synod tests/billion.sh   with this one
#
# Exit code 1 if anything differs.
set -euo pipefail
cd "$(dirname "$0")/.."
events=${EVENTS:-1000000000}
if [ -z "${SYNOD:-}" ]; then
  cargo build --release --locked --quiet
  SYNOD=$PWD/target/release/synod
fi
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT

# Sum of the events of a summary's cells.
count() {
  awk '/"events": [{]/ { on = 1 } on && /"sum":/ { gsub(/[^0-9]/, ""); sum += $0; on = 0 } END { printf "%.0f", sum }' "$1"
}

total=0 wrong=0
# A duel, the benchmarks' random retries and long duels, the lab, five proposers: each has its share of the events.
for scenario in duel w2 w3 lab2-exponential five-proposers; do
  "$SYNOD" sweep "$scenario" --seeds 2000 --format json > "$work/probe.json" 2> /dev/null || true
  seeds=$(awk -v all="$events" -v n="$(count "$work/probe.json")" 'BEGIN { printf "%.0f", all / 5 * 2000 / n * 1.02 + 1 }')
  run=(sweep "$scenario" --digest all --seeds "$seeds" --format json)
  "$SYNOD" "${run[@]}" --threads 1 > "$work/one.json" 2> /dev/null || true
  (cd / && env -i HOME=/nowhere TZ=Asia/Kathmandu LC_ALL=tr_TR.UTF-8 RAYON_NUM_THREADS=3 "$SYNOD" "${run[@]}" --threads 5) \
    > "$work/two.json" 2> /dev/null || true
  n=$(count "$work/one.json")
  total=$((total + n))
  if [ "$n" -gt 0 ] && cmp -s "$work/one.json" "$work/two.json"; then same=identical; else same=DIFFERENT wrong=$((wrong + 1)); fi
  echo "$scenario: $seeds seeds, $n events, $(sha256sum < "$work/one.json" | cut -c 1-16), $same"
done
echo "$total events, twice: $wrong of 5 sweeps differ"
[ "$wrong" = 0 ] && [ "$total" -ge "$events" ]
