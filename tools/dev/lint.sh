# ./dev lint
# shellcheck shell=bash
use suites

lint_help() {
  cat <<'HELP'
./dev lint [FILE.cpp...]

tools/tidy, ShellCheck, ESLint, and clang-tidy-19 (.clang-tidy) over all C++ sources, or over the named ones alone. The
whole takes several minutes.
HELP
}

# clang-tidy reads how each file is compiled from the release build, and its precompiled header, so that comes first.
lint_cxx() {
  local files=("$@")
  build_native release latchkey unit_tests server_tests || return 1
  if ((${#files[@]} == 0)); then
    mapfile -t files < <(find src examples tests bench -name '*.cpp' 2>/dev/null | sort)
  fi
  say "clang-tidy over ${#files[@]} files"
  printf '%s\0' "${files[@]}" |
    xargs -0 -n 4 -P "$(jobs_for_this_machine)" clang-tidy-19 -p "$BUILD_DIR/release" --quiet --warnings-as-errors='*'
}

task_lint() {
  if wants_help "$@"; then
    lint_help
    return
  fi
  ensure_packages build test lint
  local broken=0
  if (($# == 0)); then
    tools/tidy || broken=1
    shell_scripts | xargs shellcheck --external-sources || broken=1
    ensure_console_packages
    npm --prefix console run lint || broken=1
    build_console
  fi
  lint_cxx "$@" || broken=1
  ((broken == 0)) || die "Lint found something; it is above."
  say "Nothing found."
}
