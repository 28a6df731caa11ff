# ./dev bench
# shellcheck shell=bash
use build python node

bench_help() {
  cat <<'HELP'
./dev bench [NAME...] [-- ARGUMENT...]

Builds the release preset and runs the benchmarks of bench/, NAME_bench.cpp and NAME_bench.py, or the named ones, one after
another. Arguments after -- go to each program. Prints a table of what they found and keeps it in bench/results.json, where
a run of some replaces their rows alone. Figures say little on a machine that does something else meanwhile.
HELP
}

bench_names() {
  local file
  for file in bench/*_bench.cpp bench/*_bench.py; do
    file=${file#bench/}
    say "${file%_bench.*}"
  done
}

# What the verify API and the gateway are compared with, and a Node.js to run it, under build/better-auth.
ensure_better_auth() {
  local ours=$BUILD_DIR/better-auth hash
  hash=$(hash_of bench/better_auth/package-lock.json)
  if stamp_is better-auth "$hash" && [[ -d $ours/node_modules ]]; then return; fi
  command -v npm >/dev/null || ensure_packages node
  say "Installing better-auth into build/better-auth."
  mkdir -p "$ours"
  cp bench/better_auth/{package.json,package-lock.json,.npmrc} "$ours/"
  npm_quietly "$ours" ci --ignore-scripts
  stamp better-auth "$hash"
}

# run_bench NAME ARGUMENT...
run_bench() {
  local name=$1
  shift
  say "== $name"
  if [[ -f bench/${name}_bench.cpp ]]; then
    "$BUILD_DIR/release/bench_$name" "$@"
  else
    LATCHKEY_BIN=$BUILD_DIR/release/latchkey "$VENV/bin/python" "bench/${name}_bench.py" "$@"
  fi
}

task_bench() {
  if wants_help "$@"; then
    bench_help
    return
  fi
  local named=()
  while (($# > 0)) && [[ $1 != -- ]]; do
    named+=("${1#bench_}")
    shift
  done
  [[ ${1:-} != -- ]] || shift

  local there=() name targets=()
  mapfile -t there < <(bench_names)
  for name in "${named[@]}"; do
    [[ " ${there[*]} " == *" $name "* ]] || die "There is no benchmark \"$name\". There are: ${there[*]}."
  done
  ((${#named[@]} > 0)) || named=("${there[@]}")
  for name in "${named[@]}"; do [[ ! -f bench/${name}_bench.cpp ]] || targets+=("bench_$name"); done
  # Counted by a program that is no benchmark of its own.
  [[ " ${named[*]} " != *" instructions "* ]] || targets+=(bench_check_steps)
  ensure_packages build test bench
  build_release || die "The build failed; what the compiler said is above."
  build_native release "${targets[@]}" || die "The build failed; what the compiler said is above."
  ensure_venv
  [[ " ${named[*]} " != *" verify "* && " ${named[*]} " != *" gateway "* ]] || ensure_better_auth

  say "$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1), $(nproc) cores, $(uname -sr)"
  LATCHKEY_BENCH_ROWS=$(mktemp)
  export LATCHKEY_BENCH_ROWS
  for name in "${named[@]}"; do run_bench "$name" "$@" || say "   $name ended early; what it found until then counts."; done
  tools/dev/bench_results.py "$LATCHKEY_BENCH_ROWS" bench/results.json
  rm -f -- "$LATCHKEY_BENCH_ROWS"
}
