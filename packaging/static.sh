#!/bin/sh
# Builds a Linux binary that needs nothing of the machine it runs on. Needs Rust from rustup; installs its musl target.
set -eu
cd "$(dirname "$0")/.."
target="$(uname -m)-unknown-linux-musl"
rustup target add "$target"
# Nothing is compiled from C, so that the linker that comes with Rust is enough.
RUSTFLAGS="-C linker=rust-lld" cargo build --release --locked --target "$target"
binary="target/$target/release/synod"
if command -v ldd >/dev/null && ldd "$binary" 2>/dev/null | grep -q '=>'; then
  echo "$binary is linked against libraries of this machine" >&2
  exit 1
fi
"$binary" --version
echo "$binary"
