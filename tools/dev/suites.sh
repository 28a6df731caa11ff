# The suites of ./dev test. Each is a row below and two functions: prepare_NAME, whose output is shown (installing,
# compiling), and suite_NAME, whose output goes into a log. A suite leaves a report, from which its tests are counted.
# shellcheck shell=bash
use build python

OUTPUT=$BUILD_DIR/test-output
RESULTS=$OUTPUT/results
# The cluster last: its nodes promise something by the clock, and nothing is compiled beside it then.
# shellcheck disable=SC2034 # read by test.sh
SUITES=(tidy model console-lint console-unit console-browser unit instructions e2e asan-unit asan-server tsan-server gcc cluster)

about_suite() {
  case $1 in
    tidy) say "the repository's own rules, its scripts, and the tests of both" ;;
    model) say "the protocol of receipts in every state of its model, and that each of its rules is needed; what a large cluster would do" ;;
    unit) say "C++ unit tests of the release build" ;;
    instructions) say "a check takes no more instructions than bench/check_instructions.json allows" ;;
    asan-unit) say "the unit tests under AddressSanitizer and UndefinedBehaviorSanitizer" ;;
    asan-server) say "C++ tests over sockets under the same" ;;
    tsan-server) say "C++ tests over sockets under ThreadSanitizer" ;;
    console-lint) say "types, ESLint, and that the generated types match the API" ;;
    console-unit) say "the console's components" ;;
    console-browser) say "the console in Chromium against its mock server" ;;
    e2e) say "the whole program: browser, nginx, Caddy, kill -9, overload" ;;
    cluster) say "several nodes on PostgreSQL and Redis: failover, partitions, clocks" ;;
    gcc) say "the program compiles with g++ 12, and what comes of it serves" ;;
  esac
}

# The file that the suite at work, CURRENT, leaves its report in.
CURRENT=
report() { say "$RESULTS/$CURRENT.${1:-xml}"; }

# check NAME COMMAND...: one check of a suite that has no test runner.
check() {
  local name=$1
  shift
  say "--- $name"
  if "$@"; then say "pass $name" >>"$(report checks)"; else say "fail $name" >>"$(report checks)"; fi
}

export ASAN_OPTIONS=${ASAN_OPTIONS:-strict_string_checks=1:detect_stack_use_after_return=1:check_initialization_order=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1:halt_on_error=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}
export ASAN_SYMBOLIZER_PATH=/usr/lib/llvm-19/bin/llvm-symbolizer TSAN_SYMBOLIZER_PATH=/usr/lib/llvm-19/bin/llvm-symbolizer

shell_scripts() {
  local script
  say dev
  say .ci/run
  for script in tools/dev/*; do
    [[ $script != *.sh && $(head -n 1 "$script" 2>/dev/null) != *bash ]] || say "$script"
  done
}

# Needs no package but Debian's: a working copy on a plane can still be checked.
prepare_tidy() { ensure_packages build test; }
suite_tidy() {
  tools/tidy --report "$(report checks)"
  tools/dev/unittests.py "$(report checks)" tools/tidy_test.py tools/dev/results_test.py tools/dev/bench_results_test.py \
    tools/dev/run_suites_test.py tools/scale/scale_test.py
  check "shell scripts" xargs shellcheck --external-sources < <(shell_scripts)
}

prepare_model() { ensure_packages build test; }
suite_model() {
  tests/model/check.py --report "$(report checks)" "$@"
  check "docs/scale.md is what the simulation gives" tools/scale/report.py --check
}

# gtest PRESET PROGRAM ARGUMENT...
gtest() {
  local program=$BUILD_DIR/$1/$2
  shift 2
  "$program" --gtest_output="xml:$(report)" --gtest_brief=0 "$@"
}

prepare_native() {
  ensure_packages build
  build_console
  build_native "$@"
}

prepare_unit() { prepare_native release unit_tests; }
suite_unit() { gtest release unit_tests "$@"; }

prepare_instructions() {
  ensure_packages build test
  prepare_native release bench_check_steps
}
suite_instructions() {
  check "instructions of a check" bench/instructions_bench.py "$BUILD_DIR/release/bench_check_steps" "$@"
}

prepare_asan_unit() { prepare_native asan unit_tests server_tests; }
suite_asan_unit() { gtest asan unit_tests "$@"; }

prepare_asan_server() { prepare_asan_unit; }
suite_asan_server() { gtest asan server_tests "$@"; }

prepare_tsan_server() { prepare_native tsan server_tests; }
suite_tsan_server() { gtest tsan server_tests "$@"; }

# The sanitizer builds have shown that the code is right; this one shows that the other compiler takes it, and that what g++ 12
# makes of coroutines holds.
prepare_gcc() {
  ensure_packages build test
  prepare_native gcc latchkey && ensure_venv
}
suite_gcc() {
  check "the program says its version" "$BUILD_DIR/gcc/latchkey" version
  check "it reads a catalog" "$BUILD_DIR/gcc/latchkey" catalog check catalogs/optimove.yaml
  check "its server answers" env LATCHKEY_E2E_LOGS=gcc LATCHKEY_BIN="$BUILD_DIR/gcc/latchkey" "$VENV/bin/pytest" -p no:cacheprovider \
    tests/e2e/test_verify.py tests/e2e/test_restrictions.py
}

generated_types_match() {
  local fresh
  fresh=$(mktemp)
  (cd console && npx --no-install openapi-typescript ../api/openapi.yaml -o "$fresh") && diff "$fresh" console/src/api/schema.gen.ts
  local verdict=$?
  rm -f "$fresh"
  return $verdict
}

prepare_console_lint() { ensure_packages build && ensure_console_packages; }
suite_console_lint() {
  ensure_node
  check "types" npm --prefix console run typecheck
  check "ESLint" npm --prefix console run lint
  check "generated types match api/openapi.yaml" generated_types_match
}

vitest() {
  ensure_node
  local script=$1
  shift
  npm --prefix console run "$script" -- --reporter=default --reporter=junit --outputFile.junit="$(report)" "$@"
}

prepare_console_unit() { prepare_console_lint; }
suite_console_unit() { vitest test "$@"; }

prepare_console_browser() {
  ensure_packages build test
  ensure_console_packages
  build_console
}
suite_console_browser() { vitest test:browser "$@"; }

prepare_e2e() {
  ensure_packages build test
  build_release && build_native release secret_managers_driver && ensure_venv
}
suite_e2e() {
  LATCHKEY_BIN=$BUILD_DIR/release/latchkey "$VENV/bin/pytest" -p no:cacheprovider --junitxml "$(report)" "${@:-tests/e2e}"
}

prepare_cluster() {
  ensure_packages build test
  build_release && ensure_venv
}
suite_cluster() {
  LATCHKEY_BIN=$BUILD_DIR/release/latchkey "$VENV/bin/pytest" -p no:cacheprovider --junitxml "$(report)" "${@:-tests/cluster}"
}
