#!/bin/sh
# Brings Debian's Chromium, with Chinese letters, where apt-get may install it. Elsewhere the tests that need it skip.
set -eu
[ -x /usr/bin/chromium ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "chromium: not installed, and apt-get may not install it: tests/web/chromium will skip"
  exit 0
fi
echo "chromium: installing"
{ apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-noto-cjk; } >/dev/null 2>&1 ||
  echo "chromium: could not be installed: tests/web/chromium will skip"
