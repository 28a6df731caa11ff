# ./dev fuzz
# shellcheck shell=bash
use build

fuzz_help() {
  cat <<'HELP'
./dev fuzz [TARGET] [SECONDS]

Builds the fuzzers of tests/fuzz/ and runs each, or TARGET alone, for SECONDS (60). They start from the seeds in
tests/fuzz/corpus/TARGET/ and keep what they find in build/fuzz-corpus/TARGET/. What crashes one is left in
build/test-output/fuzz/, and ./dev fuzz TARGET FILE runs it again on that file.
HELP
}

fuzz_targets() {
  ninja -C "$BUILD_DIR/fuzz" -t targets all | sed -n 's/^\(fuzz_[a-z0-9_]*\): .*/\1/p' | sort -u
}

fuzz_one() {
  local target=$1 seconds=$2
  local name=${target#fuzz_} found=$BUILD_DIR/fuzz-corpus/$1 crashes=$BUILD_DIR/test-output/fuzz seeds=() options=()
  mkdir -p "$found" "$crashes"
  [[ ! -d tests/fuzz/corpus/$name ]] || seeds=("tests/fuzz/corpus/$name")
  [[ ! -f tests/fuzz/$name.dict ]] || options=("-dict=tests/fuzz/$name.dict")
  say "== $target for $seconds seconds"
  "$BUILD_DIR/fuzz/$target" -max_total_time="$seconds" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
    -artifact_prefix="$crashes/$target-" "${options[@]}" "$found" "${seeds[@]}"
}

task_fuzz() {
  if wants_help "$@"; then
    fuzz_help
    return
  fi
  local wanted="" seconds=60 file="" argument
  for argument in "$@"; do
    if [[ $argument =~ ^[0-9]+$ ]]; then
      seconds=$argument
    elif [[ -f $argument ]]; then
      file=$argument
    else
      wanted=fuzz_${argument#fuzz_}
    fi
  done
  ensure_packages build
  build_console
  mkdir -p "$BUILD_DIR"
  configure fuzz || die "CMake could not configure the fuzzers; what it said is above."

  local targets=()
  mapfile -t targets < <(fuzz_targets)
  ((${#targets[@]} > 0)) || die "tests/fuzz/ has no fuzzers."
  if [[ -n $wanted ]]; then
    [[ " ${targets[*]} " == *" $wanted "* ]] || die "There is no fuzzer \"${wanted#fuzz_}\". There are: ${targets[*]#fuzz_}."
    targets=("$wanted")
  fi
  build_native fuzz "${targets[@]}" || die "The build failed; what the compiler said is above."

  if [[ -n $file ]]; then
    ((${#targets[@]} == 1)) || die "Say which fuzzer is to run on $file."
    "$BUILD_DIR/fuzz/${targets[0]}" "$file"
    return
  fi
  local target broken=()
  for target in "${targets[@]}"; do fuzz_one "$target" "$seconds" || broken+=("$target"); done
  ((${#broken[@]} == 0)) || die "Crashed: ${broken[*]}. The inputs are in build/test-output/fuzz/."
  say "${#targets[@]} fuzzers ran $seconds seconds each and found nothing."
}
