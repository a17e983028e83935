#!/bin/sh
# scripts/toolchain/step.sh NAME COMMAND...: one line when COMMAND succeeds, all its output when it does not.
set -u
name=$1
shift
mkdir -p build/logs
log=build/logs/$(printf '%s' "$name" | tr -c 'A-Za-z0-9\n' '-').log
if "$@" > "$log" 2>&1; then
  printf 'ok      %s\n' "$name"
else
  code=$?
  cat "$log"
  printf 'FAILED  %s (exit %s)\n' "$name" "$code"
  exit "$code"
fi
