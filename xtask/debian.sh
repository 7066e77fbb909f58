#!/usr/bin/env bash
# What Debian's packages provide, for `cargo xtask setup`.
#   debian.sh packages NAME...   installs packages, or prints the command for it
#   debian.sh browser            Playwright's browser for the tests, or Debian's if that cannot be downloaded
#   debian.sh toolchain          for networks without Rust's download server: Debian's compiler as a toolchain of rustup,
#                                with a standard library for browsers that is built once for this machine
set -euo pipefail
cd "$(dirname "$0")/.."

toolchain=debian-web
linker=lld-22
target=wasm32-unknown-unknown
compiler=/usr/bin/rustc

fail() {
    echo "debian.sh: $*" >&2
    exit 1
}

as_root() {
    if [[ $(id -u) == 0 ]]; then "$@"; else sudo -n "$@"; fi
}

packages() {
    command -v apt-get >/dev/null || fail "this machine has no apt-get; install another way: $*"
    as_root true 2>/dev/null || fail "this needs root; type: sudo apt-get install $*"
    # Outdated package lists may still work.
    as_root apt-get update --quiet=2 </dev/null || true
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install --yes --quiet=2 --no-install-recommends "$@" </dev/null
}

# Playwright's browser needs system libraries; only root may install them.
browser() {
    if node_modules/.bin/playwright install chromium; then
        [[ $(id -u) != 0 ]] || ! command -v apt-get >/dev/null || node_modules/.bin/playwright install-deps chromium
    else
        # Older releases of Debian have no package of the browser without windows.
        packages chromium-headless-shell || packages chromium
    fi
}

# Prints the folder of a complete compiler: with cargo, clippy, rustfmt, its own sources and the linker.
sysroot() {
    local folder file
    folder=$("$compiler" --print sysroot 2>/dev/null) || return 1
    for file in bin/cargo bin/cargo-clippy bin/cargo-fmt lib/rustlib/src/rust/library/std/Cargo.toml; do
        [[ -e $folder/$file ]] || return 1
    done
    [[ -e /usr/bin/$linker ]] || return 1
    echo "$folder"
}

has_target() {
    compgen -G "$1/lib/rustlib/$target/lib/libcore-*.rlib" >/dev/null
}

# Builds the standard library beside an empty crate. The copy is complete or absent, even after an interruption.
build_standard_library() {
    local work=target/browser-std libraries
    local into=$1/lib/rustlib/$target
    mkdir -p "$work/src"
    printf '[workspace]\n[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2024"\n' >"$work/Cargo.toml"
    : >"$work/src/lib.rs"
    (cd "$work" && RUSTC_BOOTSTRAP=1 CARGO_TARGET_DIR=target \
        cargo "+$toolchain" build --release --target "$target" -Zbuild-std=std,panic_abort)
    libraries=$(find "$work/target/$target/release/deps" -name '*.rlib' ! -name 'libempty-*')
    [[ -n $libraries ]] || fail "the build made no libraries"
    as_root rm -rf "$into/lib.part"
    as_root mkdir -p "$into/lib.part"
    as_root xargs cp -t "$into/lib.part" <<<"$libraries"
    as_root rm -rf "$into/lib"
    as_root mv -T "$into/lib.part" "$into/lib"
    rm -rf "$work"
}

toolchain() {
    local folder
    command -v rustup >/dev/null || fail "rustup is needed: https://rustup.rs"
    if ! folder=$(sysroot); then
        packages rustc-web cargo-web rust-web-src rust-web-clippy rustfmt-web "$linker"
        folder=$(sysroot) || fail "$compiler is not complete, though its packages were installed"
    fi
    # rustc looks for the linker under this name.
    [[ -e /usr/bin/rust-lld ]] || as_root ln -sfn "/usr/bin/$linker" /usr/bin/rust-lld
    rustup toolchain link "$toolchain" "$folder"
    if ! has_target "$folder"; then
        echo "▸ building the standard library for browsers (1 to 2 minutes, once for this machine)"
        build_standard_library "$folder"
    fi
    echo "▸ selecting the toolchain $toolchain for this checkout"
    rustup override set "$toolchain" --path "$PWD"
}

case ${1:-} in
packages) shift && (($# > 0)) && packages "$@" ;;
browser) browser ;;
toolchain) toolchain ;;
*) fail "usage: debian.sh packages NAME... | browser | toolchain" ;;
esac
