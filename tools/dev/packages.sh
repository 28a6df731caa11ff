# Debian packages: install what is missing, check that what is there is new enough.
# shellcheck shell=bash

PACKAGE_TABLE=$ROOT/tools/dev/packages.txt

# packages_wanting GROUP...: prints "missing NAME" or "old NAME HAS NEEDS" for each package that is not as it should be.
packages_wanting() {
  local -A have=()
  local status name version group least names=() rows=()
  while read -r group name least _; do
    [[ " $* " == *" $group "* ]] || continue
    names+=("$name")
    rows+=("$name $least")
  done <"$PACKAGE_TABLE"

  # dpkg-query complains about names that it has never heard of; those are missing, which is all there is to know.
  while read -r status name version; do
    [[ $status == ii ]] && have[$name]=$version
  done < <(dpkg-query -W -f='${db:Status-Abbrev} ${Package} ${Version}\n' "${names[@]}" 2>/dev/null || true)

  local row
  for row in "${rows[@]}"; do
    read -r name least <<<"$row"
    if [[ -z ${have[$name]:-} ]]; then
      say "missing $name"
    elif ! dpkg --compare-versions "${have[$name]}" ge "$least"; then
      say "old $name ${have[$name]} $least"
    fi
  done
}

# ensure_packages GROUP...
ensure_packages() {
  [[ -z ${LATCHKEY_SKIP_PACKAGES:-} ]] || return 0
  command -v dpkg-query apt-get >/dev/null ||
    die "This machine has no apt. Install what tools/dev/packages.txt lists by other means, then set LATCHKEY_SKIP_PACKAGES=1."

  local wanting install=()
  wanting=$(packages_wanting "$@")
  [[ -n $wanting ]] || return 0
  mapfile -t install < <(awk '{print $2}' <<<"$wanting")

  say "Debian packages to install: ${install[*]}"
  if ((EUID == 0)); then
    tools/dev/install-packages "${install[@]}"
  elif command -v sudo >/dev/null; then
    say "They are installed with apt-get, for which sudo may ask for your password. Nothing else here runs as root."
    sudo "$ROOT/tools/dev/install-packages" "${install[@]}"
  else
    die "Not root, and there is no sudo. Ask an administrator to run:
  apt-get install --no-install-recommends ${install[*]}"
  fi

  wanting=$(packages_wanting "$@")
  [[ -z $wanting ]] || die "These packages are not as needed after installing (\"old NAME HAS NEEDS\"; is this Debian 12?):
$wanting"
}
