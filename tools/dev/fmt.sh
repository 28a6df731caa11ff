# ./dev fmt
# shellcheck shell=bash
use packages node console

fmt_help() {
  cat <<'HELP'
./dev fmt [--check]

Lays out the C++ sources with clang-format-19 (.clang-format) and lets ESLint repair what it can in console/. With --check
nothing is written; the exit code tells whether something would be.
HELP
}

cxx_files() {
  local folder
  for folder in src tests examples bench; do
    [[ ! -d $folder ]] || find "$folder" -type f \( -name '*.h' -o -name '*.cpp' \) -print0
  done
}

task_fmt() {
  local check=
  case ${1:-} in
    '') ;;
    --check) check=yes ;;
    *)
      fmt_help
      return
      ;;
  esac
  ensure_packages build lint
  ensure_console_packages
  if [[ -n $check ]]; then
    local differing=0
    cxx_files | xargs -0 clang-format-19 --dry-run --Werror || differing=1
    npm --prefix console run lint || differing=1
    return "$differing"
  fi
  cxx_files | xargs -0 clang-format-19 -i
  npm --prefix console run lint -- --fix
}
