# What every task shares. Sourced by ./dev, which sets ROOT and stands in it.
# shellcheck shell=bash

export BUILD_DIR=$ROOT/build
STAMPS=$BUILD_DIR/stamps

say() { printf '%s\n' "$*"; }
note() { printf '%s\n' "$*" >&2; }
die() {
  printf 'dev: %s\n' "$*" >&2
  exit 1
}

# use FILE...: sources parts of tools/dev, each once.
declare -A USED=()
use() {
  local part
  for part in "$@"; do
    [[ -z ${USED[$part]:-} ]] || continue
    USED[$part]=1
    # shellcheck source=/dev/null
    source "$ROOT/tools/dev/$part.sh"
  done
}

# wants_help "$@": true when the only thing asked for is the task's description.
wants_help() { [[ ${1:-} == --help || ${1:-} == -h ]]; }

# Work that is done once for given inputs: `stamp_is NAME HASH` after `stamp NAME HASH` is true.
stamp_is() { [[ -f $STAMPS/$1 && $(<"$STAMPS/$1") == "$2" ]]; }
stamp() {
  mkdir -p "$STAMPS"
  printf '%s\n' "$2" >"$STAMPS/$1"
}

# hash_of FILE...: one hash over names and contents.
hash_of() { sha256sum -- "$@" | sha256sum | cut -c1-32; }

# Compilers here take up to 1.5 GB each; more of them than memory allows only makes the machine swap.
jobs_for_this_machine() {
  local cores memory_mb by_memory
  cores=$(nproc)
  memory_mb=$(awk '/^MemAvailable:/ {print int($2 / 1024)}' /proc/meminfo)
  by_memory=$((memory_mb / 1500))
  ((by_memory >= 1)) || by_memory=1
  say $((cores < by_memory ? cores : by_memory))
}
