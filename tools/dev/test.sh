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

The console's suites and e2e mostly wait, so they run beside the compilation of the later builds; each suite's output is
still shown whole. Logs, reports and screenshots are left in build/test-output/. The last line is the sum: N passed, N failed.
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

# prepare_suite SUITE: in a subshell, so that a suite that gives up takes no other with it.
prepare_suite() {
  local began=$SECONDS prepared
  CURRENT=$1
  rm -f -- "$(report xml)" "$(report checks)" "$(report row)" "$OUTPUT/logs/$1.log"
  say "== $1: $(about_suite "$1")"
  # Not in a condition: there bash would pass over failing commands inside.
  set +e
  (set -e; "prepare_${1//-/_}") </dev/null
  prepared=$?
  set -e
  PREPARED[$1]=$prepared BUILD_SECONDS[$1]=$((SECONDS - began))
}

# execute_suite SUITE ARGUMENT...: leaves its row of the summary in $(report row).
execute_suite() {
  local suite=$1 log=$OUTPUT/logs/$1.log began=$SECONDS ran=0 counted
  CURRENT=$suite
  shift
  if ((PREPARED[$suite] == 0)); then
    (set +e; NO_COLOR=1 "suite_${suite//-/_}" "$@") >"$log" 2>&1 </dev/null || ran=$?
    counted=$(tools/dev/results.py "$ran" "$(report xml)" "$(report checks)")
  else
    counted=$'0 1 0\ncould not be built or installed; the reason is above'
  fi

  local passed failed skipped
  read -r passed failed skipped <<<"${counted%%$'\n'*}"
  ((failed == 0)) || show_failures "$log" "$(tail -n +2 <<<"$counted")"
  say "   $suite: $passed passed, $failed failed, $skipped skipped"
  say "$passed $failed $skipped $(in_words "${BUILD_SECONDS[$suite]}") $(in_words $((SECONDS - began)))" >"$(report row)"
}

run_suite() {
  prepare_suite "$1"
  execute_suite "$@"
}

# The suites that run beside the others, in a process of their own. What each says is kept in a file until it is done.
run_beside() {
  local suite
  trap 'exit 130' INT
  for suite in "$@"; do
    execute_suite "$suite" >"$RESULTS/$suite.said.new" 2>&1
    mv "$RESULTS/$suite.said.new" "$RESULTS/$suite.said"
  done
}

show_what_ended_beside() {
  local suite
  for suite in "$@"; do
    [[ -f $RESULTS/$suite.said ]] || continue
    say "== $suite, beside the others:"
    cat "$RESULTS/$suite.said"
    rm "$RESULTS/$suite.said"
  done
}

# run_in_lanes COUNT SUITE...: the first COUNT suites beside the others. They are prepared before, so that no two of
# the suites install or build the same thing at once.
run_in_lanes() {
  local beside=("${@:2:$1}") suite lane
  shift $(($1 + 1))
  for suite in "${beside[@]}"; do
    rm -f -- "$RESULTS/$suite.said" "$RESULTS/$suite.said.new"
    prepare_suite "$suite"
  done
  say "   Those run beside what follows."
  # In a process group of its own, which takes whatever it started along when this shell is stopped.
  set -m
  run_beside "${beside[@]}" &
  lane=$!
  set +m
  # shellcheck disable=SC2064 # the process that is now there
  trap "kill -INT -- -$lane 2>/dev/null || true" EXIT
  # What compiles gives way to what is timed.
  renice -n 10 $BASHPID >/dev/null 2>&1 || true
  for suite in "$@"; do
    run_suite "$suite"
    show_what_ended_beside "${beside[@]}"
  done
  # Suites that left no row are counted as failed; what the last of them said is still worth showing.
  wait "$lane" || say "   The process beside this one ended early, with exit code $?."
  trap - EXIT
  for suite in "${beside[@]}"; do
    [[ ! -f $RESULTS/$suite.said.new ]] || mv "$RESULTS/$suite.said.new" "$RESULTS/$suite.said"
  done
  show_what_ended_beside "${beside[@]}"
}

# Suites by when they can run: what others build on; what mostly waits; the rest.
run_suites() {
  local suite first=() beside=() rest=()
  for suite in "$@"; do
    case $suite in
      tidy | unit) first+=("$suite") ;;
      console-* | e2e) beside+=("$suite") ;;
      *) rest+=("$suite") ;;
    esac
  done
  for suite in "${first[@]}"; do run_suite "$suite"; done
  if ((${#beside[@]} > 0 && ${#rest[@]} > 0)); then
    run_in_lanes ${#beside[@]} "${beside[@]}" "${rest[@]}"
  else
    for suite in "${beside[@]}" "${rest[@]}"; do run_suite "$suite"; done
  fi
}

sum_up() {
  local suite passed failed skipped built ran sum_passed=0 sum_failed=0 sum_skipped=0
  printf '\n%-16s %7s %7s %8s   %7s %7s\n' suite passed failed skipped build run
  for CURRENT in "$@"; do
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
  declare -gA PREPARED=() BUILD_SECONDS=()
  if ((${#CHOSEN[@]} == 1)); then
    run_suite "${CHOSEN[0]}" "$@"
  else
    run_suites "${CHOSEN[@]}"
  fi
  sum_up "${CHOSEN[@]}"
}
