# ./dev bench
# shellcheck shell=bash
use build

bench_help() {
  cat <<'HELP'
./dev bench [NAME...] [-- ARGUMENT...]

Builds the benchmark programs of bench/ in the release preset and runs them, or the named ones (bench_NAME), one after
another. Arguments after -- go to each. Figures say little on a machine that does something else meanwhile.
HELP
}

bench_targets() {
  ninja -C "$BUILD_DIR/release" -t targets all | sed -n 's/^\(bench_[a-z0-9_]*\): .*/\1/p' | sort -u
}

task_bench() {
  if wants_help "$@"; then
    bench_help
    return
  fi
  local named=()
  while (($# > 0)) && [[ $1 != -- ]]; do
    named+=("bench_${1#bench_}")
    shift
  done
  [[ ${1:-} != -- ]] || shift
  build_release || die "The build failed; what the compiler said is above."

  local there=() target
  mapfile -t there < <(bench_targets)
  if ((${#there[@]} == 0)); then
    say "There are no benchmark programs: bench/ is where they go, as CMake targets named bench_NAME."
    return
  fi
  for target in "${named[@]}"; do
    [[ " ${there[*]} " == *" $target "* ]] || die "There is no benchmark \"${target#bench_}\". There are: ${there[*]#bench_}."
  done
  ((${#named[@]} > 0)) || named=("${there[@]}")
  build_native release "${named[@]}" || die "The build failed; what the compiler said is above."
  say "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $(uname -sr)"
  for target in "${named[@]}"; do
    say "== $target"
    "$BUILD_DIR/release/$target" "$@"
  done
}
