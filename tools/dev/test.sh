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

While one suite runs, what the next ones need is compiled; each suite's output is still shown whole. Logs, reports and
screenshots are left in build/test-output/. The last line is the sum: N passed, N failed.
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

# prepare_suite SUITE: in a subshell, so that a suite that gives up takes no other with it. "EXIT_CODE SECONDS" in
# $(report ready) says that it can be executed.
prepare_suite() {
  local began=$SECONDS prepared
  CURRENT=$1
  say "== $1: $(about_suite "$1")"
  # Not in a condition: there bash would pass over failing commands inside.
  set +e
  (set -e; "prepare_${1//-/_}") </dev/null
  prepared=$?
  set -e
  say "$prepared $((SECONDS - began))" >"$(report ready).new"
  mv "$(report ready).new" "$(report ready)"
}

# execute_suite SUITE ARGUMENT...: leaves its row of the summary in $(report row).
execute_suite() {
  local suite=$1 log=$OUTPUT/logs/$1.log began=$SECONDS ran=0 prepared built counted
  shift
  read -r prepared built <"$(report ready)"
  if ((prepared == 0)); then
    (set +e; NO_COLOR=1 "suite_${suite//-/_}" "$@") >"$log" 2>&1 </dev/null || ran=$?
    counted=$(tools/dev/results.py "$ran" "$(report xml)" "$(report checks)")
  else
    counted=$'0 1 0\ncould not be built or installed; the reason is above'
  fi

  local passed failed skipped
  read -r passed failed skipped <<<"${counted%%$'\n'*}"
  say "   $suite: $passed passed, $failed failed, $skipped skipped"
  ((failed == 0)) || show_failures "$log" "$(tail -n +2 <<<"$counted")"
  say "$passed $failed $skipped $(in_words "$built") $(in_words $((SECONDS - began)))" >"$(report row)"
}

# Runs beside the preparations, one suite after the other as they become ready. What each says is kept until it is done.
execute_suites() {
  trap 'exit 130' INT
  for CURRENT in "${CHOSEN[@]}"; do
    until [[ -f $(report ready) ]]; do sleep 0.2; done
    execute_suite "$CURRENT" "$@" >"$(report said).new" 2>&1
    mv "$(report said).new" "$(report said)"
  done
}

show_what_ended() {
  for CURRENT in "${CHOSEN[@]}"; do
    [[ -f $(report said) ]] || continue
    cat "$(report said)"
    rm "$(report said)"
  done
}

# Suites mostly wait or use one core, compilers use all: so each suite runs while the next ones are prepared. These
# preparations come one after the other, and none changes what an earlier one left, so they need no locks.
run_suites() {
  local suite lane
  for CURRENT in "${CHOSEN[@]}"; do
    rm -f -- "$RESULTS/$CURRENT".{xml,checks,ready,row,said,said.new} "$OUTPUT/logs/$CURRENT.log"
  done
  # In a process group of its own, which takes whatever it started along when this shell is stopped.
  set -m
  execute_suites "$@" &
  lane=$!
  set +m
  # shellcheck disable=SC2064 # the process that is now there
  trap "kill -INT -- -$lane 2>/dev/null || true" EXIT
  # What compiles gives way to what is timed.
  renice -n 10 $BASHPID >/dev/null 2>&1 || true
  for suite in "${CHOSEN[@]}"; do
    prepare_suite "$suite"
    show_what_ended
  done
  while kill -0 "$lane" 2>/dev/null; do
    show_what_ended
    sleep 0.2
  done
  # Suites that left no row are counted as failed; what the last of them said is still worth showing.
  wait "$lane" || say "   What runs the suites ended early, with exit code $?."
  trap - EXIT
  for CURRENT in "${CHOSEN[@]}"; do
    [[ ! -f $(report said).new ]] || mv "$(report said).new" "$(report said)"
  done
  show_what_ended
}

sum_up() {
  local passed failed skipped built ran sum_passed=0 sum_failed=0 sum_skipped=0
  printf '\n%-16s %7s %7s %8s   %7s %7s\n' suite passed failed skipped build run
  for CURRENT in "${CHOSEN[@]}"; do
    [[ -f $(report row) ]] || say "0 1 0 - lost" >"$(report row)"
    read -r passed failed skipped built ran <"$(report row)"
    printf '%-16s %7d %7d %8d   %7s %7s\n' "$CURRENT" "$passed" "$failed" "$skipped" "$built" "$ran"
    sum_passed=$((sum_passed + passed)) sum_failed=$((sum_failed + failed)) sum_skipped=$((sum_skipped + skipped))
  done
  say "$(in_words $SECONDS) minutes in all"
  local sum="$sum_passed passed, $sum_failed failed"
  ((sum_skipped == 0)) || sum+=", $sum_skipped skipped"
  say "$sum"
  ((sum_failed == 0))
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
  run_suites "$@"
  sum_up
}
