#!/bin/bash
# The same answer everywhere: builds synod for every platform that this machine can build for and run, runs the same
# sweeps on each with every event digested, and writes what came out to reports/determinism.md.
#
#   tests/platforms.sh            every scenario that comes along
#   SEEDS=20000 tests/platforms.sh          more seeds of each
#   SYNOD_CHROOT=/path tests/platforms.sh   also i686, aarch64 and s390x, by the tool chain of a Debian in that folder, which
#       needs rustc and cargo as new as Cargo.toml asks for, libstd-rust-dev:i386 with gcc-i686-linux-gnu,
#       and libstd-rust-dev:arm64 and :s390x with gcc-aarch64-linux-gnu, gcc-s390x-linux-gnu and qemu-user
#
# What is missing is left out with its reason. Exit code 1 if anything differs.
set -euo pipefail
cd "$(dirname "$0")/.."
seeds=${SEEDS:-2000}
work=${WORK:-$(mktemp -d)}
mkdir -p "$work"
out=reports/determinism.md
rows="$work/rows"
: > "$rows"
failed=0

# battery NAME COMMAND…: runs everything by that command and leaves one line per sweep in $work/NAME.
battery() {
  local file="$work/$1.lines"
  shift
  "$@" selftest > "$file" || true
  for scenario in $scenarios; do
    # A phase diagram has hundreds of cells, and runs more seeds between them.
    local each=$seeds
    case $scenario in phase-*) each=$(((seeds + 49) / 50)) ;; esac
    "$@" sweep "$scenario" --digest all --seeds "$each" --format json > "$work/one.json" 2> /dev/null || true
    local events
    events=$(awk '/"events": [{]/ { on = 1 } on && /"sum":/ { gsub(/[^0-9]/, ""); sum += $0; on = 0 } END { printf "%.0f", sum }' "$work/one.json")
    echo "$scenario $(sha256sum < "$work/one.json" | cut -c 1-32) $events" >> "$file"
  done
}

# compare TITLE NAME: one row of the table.
compare() {
  local events sweeps wrong
  events=$(awk 'NF == 3 && $3 ~ /^[0-9]+$/ { sum += $3 } END { printf "%.0f", sum }' "$work/$2.lines")
  sweeps=$(echo "$scenarios" | wc -w)
  wrong=$(diff "$work/reference.lines" "$work/$2.lines" | grep -c '^>' || true)
  [ "$wrong" = 0 ] || failed=1
  echo "| $1 | $events | $sweeps sweeps, known runs and samples | $wrong |" >> "$rows"
  echo "$1: $events events, $wrong mismatches"
}

skip() {
  echo "| $1 | – | not reached: $2 | – |" >> "$rows"
  echo "$1: not reached: $2"
}

build() { # build FOLDER ENVIRONMENT… -- ARGUMENTS…
  local folder=$1
  shift
  env "$@" cargo build --quiet --locked --target-dir "$work/$folder"
}

echo "building"
CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
  cargo build --quiet --locked --release --target-dir "$work/release"
release="$work/release/release/synod"
scenarios=$("$release" scenario list | awk '{ print $1 }')
battery reference "$release" 
compare "x86-64, release" reference
# Twice in two processes that differ in all that must not matter.
(cd / && battery again env -i HOME=/nowhere TZ=Asia/Kathmandu LC_ALL=tr_TR.UTF-8 RAYON_NUM_THREADS=7 "$release")
compare "x86-64, release again: other folder, environment and number of threads" again
battery nofma env GLIBC_TUNABLES=glibc.cpu.hwcaps=-FMA,-AVX2,-FMA4,-AVX2_Usable,-FMA_Usable "$release"
compare "x86-64, release, glibc without FMA and AVX2" nofma
CARGO_PROFILE_DEV_OPT_LEVEL=0 cargo build --quiet --locked --target-dir "$work/debug"
battery debug "$work/debug/debug/synod"
compare "x86-64, debug (opt-level 0, all checks)" debug
RUSTFLAGS="-C target-cpu=native" CARGO_PROFILE_RELEASE_LTO=false CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 \
  cargo build --quiet --locked --release --target-dir "$work/native"
battery native "$work/native/release/synod"
compare "x86-64, release, target-cpu=native" native

# foreign TITLE NAME TARGET COMMAND…: built in the chroot, run here by COMMAND.
foreign() {
  local title=$1 name=$2 target=$3 inside=/tmp/synod-platforms
  shift 3
  if [ -z "${SYNOD_CHROOT:-}" ]; then
    skip "$title" "no SYNOD_CHROOT with a tool chain for $target"
    return 0
  fi
  local root="$SYNOD_CHROOT$inside"
  mkdir -p "$root"
  # What is no longer in the tree is not to be built.
  rm -rf "$root/src" "$root/benches" "$root/scenarios"
  cp -r Cargo.toml Cargo.lock src benches scenarios README.md "$root/" 2> /dev/null || true
  [ -d "$root/vendor" ] || cargo vendor --quiet --locked "$root/vendor" > /dev/null
  mkdir -p "$root/.cargo"
  printf '[source.crates-io]\nreplace-with = "vendored"\n[source.vendored]\ndirectory = "%s"\n' "$inside/vendor" \
    > "$root/.cargo/config.toml"
  if ! chroot "$SYNOD_CHROOT" env CARGO_HOME=$inside/home CARGO_TARGET_AARCH64_UNKNOWN_LINUX_GNU_LINKER=aarch64-linux-gnu-gcc \
    CARGO_TARGET_I686_UNKNOWN_LINUX_GNU_LINKER=i686-linux-gnu-gcc \
    CARGO_TARGET_S390X_UNKNOWN_LINUX_GNU_LINKER=s390x-linux-gnu-gcc \
    sh -c "cd $inside && cargo build --quiet --offline --bin synod --target $target" > "$work/$name.log" 2>&1; then
    skip "$title" "it does not build there: $(grep -m1 -i error "$work/$name.log" | tr -d '|' | cut -c 1-120)"
    return 0
  fi
  battery "$name" chroot "$SYNOD_CHROOT" "$@" "$inside/target/$target/debug/synod"
  compare "$title" "$name"
}
foreign "i686 (32-bit)" i686 i686-unknown-linux-gnu env || true
foreign "aarch64, under qemu-user" aarch64 aarch64-unknown-linux-gnu qemu-aarch64 -L /usr/aarch64-linux-gnu || true
foreign "s390x (big-endian), under qemu-user" s390x s390x-unknown-linux-gnu qemu-s390x -L /usr/s390x-linux-gnu || true

{
  echo "# The same answer everywhere"
  echo
  echo "Every scenario that comes along, $seeds seeds each (phase diagrams a fiftieth) with every event digested, and \`synod selftest\`. A sweep's whole"
  echo "summary is compared, byte for byte, with that of the first row. Made by \`tests/platforms.sh\` (SEEDS=$seeds); synod"
  echo "$("$release" --version | cut -d ' ' -f 2), engine epoch $(awk '/EPOCH: u32/ { gsub(/[^0-9]/, "", $NF); print $NF }' src/sim/words.rs)."
  echo
  echo "| platform | events | compared | mismatches |"
  echo "|---|---|---|---|"
  cat "$rows"
} > "$out"
cat "$out"
exit $failed
