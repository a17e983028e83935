#!/bin/sh
# scripts/toolchain/install.sh VENV STAMP PIP-ARGUMENTS...
# Afterwards VENV holds what PIP-ARGUMENTS ask for and VENV/STAMP says so. An installation that was
# interrupted leaves its mark behind; the next one then starts that environment afresh.
set -eu
venv=$1
stamp=$2
shift 2
python=${PYTHON:-python3.11}
busy=$venv/.stamps/installing

if [ ! -e "$venv/.stamps/created" ] || [ -e "$busy" ]; then
  echo "$venv: creating"
  "$python" -m venv --clear "$venv"
  mkdir -p "$venv/.stamps"
  : > "$venv/.stamps/created"
fi
: > "$busy"
echo "$venv: installing $stamp"
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"
mv "$busy" "$venv/.stamps/$stamp"
