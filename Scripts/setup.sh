#!/bin/sh
# Installs what the build needs and is not there: libtorch, oneDNN, OpenBLAS, libvips; with the argument
# `tests` a browser, too, in which the pages are tested.
# Says what it installs, and uses sudo only for that.
set -eu

fail() { echo "setup: $1" >&2; exit 1; }

command -v swift >/dev/null 2>&1 ||
  fail "no Swift toolchain found; install Swift 6.2 or newer from https://swift.org/install"

if [ "$(uname)" = Darwin ]; then
  # Untested: the names are Homebrew's.
  command -v brew >/dev/null 2>&1 || fail "Homebrew is needed: https://brew.sh"
  for package in pytorch vips pkg-config; do
    brew list "$package" >/dev/null 2>&1 || { echo "setup: brew install $package"; brew install "$package"; }
  done
  exit 0
fi

command -v dpkg-query >/dev/null 2>&1 || fail "this is neither Debian, Ubuntu nor macOS; \
install libvips with its headers and libtorch 1.13 or newer by hand (see the README), then run swift build"

packages="pkg-config libvips-dev"
# With LIBTORCH another libtorch is used than the system's.
[ -n "${LIBTORCH:-}" ] || packages="$packages libtorch-dev libdnnl-dev libopenblas0-pthread"

if [ "${1:-}" = tests ] && ! command -v chromium >/dev/null 2>&1 &&
  ! command -v google-chrome >/dev/null 2>&1; then
  # Ubuntu's package of that name is only a hint at a snap, which containers cannot run.
  if grep -q '^ID=debian' /etc/os-release; then
    packages="$packages chromium"
  else
    echo "setup: no Chromium here; the tests of the pages in a browser are skipped"
  fi
fi

missing=""
for package in $packages; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' ||
    missing="$missing $package"
done
[ -n "$missing" ] || exit 0

sudo=""
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null 2>&1 || fail "as root, run: apt-get install --no-install-recommends$missing"
  sudo=sudo
fi
echo "setup: ${sudo:+sudo }apt-get install --no-install-recommends$missing"
$sudo apt-get update -q >/dev/null || fail "apt-get update failed"
# shellcheck disable=SC2086
DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -q --no-install-recommends $missing >/dev/null ||
  fail "apt-get could not install$missing"
