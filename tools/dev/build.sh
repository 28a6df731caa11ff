# ./dev build
# shellcheck shell=bash
use packages console native

build_help() {
  cat <<'HELP'
./dev build

Installs the packages that are missing, builds the console, then build/release/latchkey. What has not changed since the
last time is not done again.
HELP
}

build_release() {
  ensure_packages build
  build_console
  build_native release latchkey
}

task_build() {
  if wants_help "$@"; then
    build_help
    return
  fi
  (($# == 0)) || die "./dev build takes no arguments."
  build_release || die "The build failed; what the compiler said is above."
  say "Built build/release/latchkey."
}
