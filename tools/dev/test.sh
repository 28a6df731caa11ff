# ./dev test
# shellcheck shell=bash
use suites

test_help() {
  cat <<'HELP'
./dev test [SUITE...] [-- ARGUMENT...]

Runs every suite, or the named ones ("console" and "asan" mean all that start so). Arguments after -- go to the suite's
own runner, for example: ./dev test unit -- --gtest_filter='Registry*'

HELP
  local suite
  for suite in "${SUITES[@]}"; do printf '  %-16s %s\n' "$suite" "$(about_suite "$suite")"; done
  cat <<'HELP'

Logs, reports and screenshots are left in build/test-output/. The last line is the sum: N passed, N failed.
HELP
}

# Names in the order of SUITES, so that what is quick and what others build on comes first.
choose_suites() {
  CHOSEN=()
  local suite wanted known
  for wanted in "$@"; do
    known=
    for suite in "${SUITES[@]}"; do [[ $suite != "$wanted" && $suite != "$wanted"-* ]] || known=yes; done
    [[ -n $known ]] || die "There is no suite \"$wanted\". There are: ${SUITES[*]}."
  done
  for suite in "${SUITES[@]}"; do
    (($# > 0)) || CHOSEN+=("$suite")
    for wanted in "$@"; do
      [[ $suite != "$wanted" && $suite != "$wanted"-* ]] || {
        CHOSEN+=("$suite")
        break
      }
    done
  done
}

in_words() { printf '%d:%02d' $(($1 / 60)) $(($1 % 60)); }

show_failures() {
  local log=$1 failures=$2
  [[ -z $failures ]] || printf '    %s\n' "${failures//$'\n'/$'\n'    }"
  [[ ! -s $log ]] || {
    say "    the end of ${log#"$ROOT"/}:"
    tail -n 60 "$log" | sed 's/^/    | /'
  }
}

# Runs in subshells, so that a suite that gives up takes no other with it.
run_suite() {
  local name=${1//-/_} log=$OUTPUT/logs/$1.log began=$SECONDS built ran=0 counted
  CURRENT=$1
  shift
  rm -f -- "$(report xml)" "$(report checks)" "$log"
  say "== $CURRENT: $(about_suite "$CURRENT")"
  # Not in a condition: there bash would pass over failing commands inside.
  set +e
  (set -e; "prepare_$name") </dev/null
  built=$?
  set -e
  local prepared=$((SECONDS - began))
  began=$SECONDS
  if ((built == 0)); then
    (set +e; NO_COLOR=1 "suite_$name" "$@") >"$log" 2>&1 </dev/null || ran=$?
    counted=$(tools/dev/results.py "$ran" "$(report xml)" "$(report checks)")
  else
    counted=$'0 1 0\ncould not be built or installed; the reason is above'
  fi

  local passed failed skipped
  read -r passed failed skipped <<<"${counted%%$'\n'*}"
  ((failed == 0)) || show_failures "$log" "$(tail -n +2 <<<"$counted")"
  ROWS+=("$(printf '%-16s %7d %7d %8d   %7s %7s' "$CURRENT" "$passed" "$failed" "$skipped" \
    "$(in_words $prepared)" "$(in_words $((SECONDS - began)))")")
  say "   $passed passed, $failed failed, $skipped skipped"
  PASSED=$((PASSED + passed)) FAILED=$((FAILED + failed)) SKIPPED=$((SKIPPED + skipped))
}

task_test() {
  if wants_help "$@"; then
    test_help
    return
  fi
  local named=()
  while (($# > 0)) && [[ $1 != -- ]]; do
    named+=("$1")
    shift
  done
  [[ ${1:-} != -- ]] || shift
  choose_suites "${named[@]}"
  (($# == 0 || ${#CHOSEN[@]} == 1)) || die "Arguments after -- go to one suite; ${#CHOSEN[@]} are chosen."

  mkdir -p "$OUTPUT/logs" "$RESULTS"
  ROWS=() PASSED=0 FAILED=0 SKIPPED=0
  local suite began=$SECONDS
  for suite in "${CHOSEN[@]}"; do run_suite "$suite" "$@"; done

  printf '\n%-16s %7s %7s %8s   %7s %7s\n' suite passed failed skipped build run
  printf '%s\n' "${ROWS[@]}"
  say "$(in_words $((SECONDS - began))) minutes in all"
  local sum="$PASSED passed, $FAILED failed"
  ((SKIPPED == 0)) || sum+=", $SKIPPED skipped"
  say "$sum"
  ((FAILED == 0))
}
