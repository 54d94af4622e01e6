#!/bin/sh
# Sets this checkout up: first looks for what is missing, then hands over to install.py.
#
#     sh setup/start.sh demo    what the program needs
#     sh setup/start.sh test    that, and what the tests need
#
# Everything that is missing is named at once, each with the command that mends it,
# before anything is installed. Where all is installed already, nothing is looked for.
set -u
cd "$(dirname "$0")/.." || exit 2
purpose=${1:-demo}
missing=0

lacks() {
    missing=$((missing + 1))
    printf '  %s. %s\n     %s\n' "$missing" "$1" "$2" >&2
}

# install_with DEBIAN HOMEBREW FEDORA: the command that installs a package on this machine.
install_with() {
    sudo=sudo
    [ "$(id -u)" = 0 ] && sudo=
    if command -v apt-get >/dev/null 2>&1; then echo "$sudo apt-get install $1"
    elif command -v brew >/dev/null 2>&1; then echo "brew install $2"
    elif command -v dnf >/dev/null 2>&1; then echo "$sudo dnf install $3"
    else echo "Install it with this machine's package manager ($1)."
    fi | sed 's/^ //'
}

is_new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

find_python() {
    for candidate in ${PYTHON:-} python3.11 python3.12 python3.13 python3; do
        if is_new_enough "$candidate"; then command -v "$candidate" && return; fi
    done
    return 1
}

has_venv() {
    "$1" -c 'import ensurepip, venv' >/dev/null 2>&1
}

# Node 18 or later with its npm; without it install.py fetches one into .venv.
has_node() {
    command -v npm >/dev/null 2>&1 &&
        node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' >/dev/null 2>&1
}

free_megabytes() {
    df -Pk . | awk 'NR == 2 { print int($4 / 1024) }'
}

if [ -x .venv/bin/python ] && .venv/bin/python setup/stamps.py "$purpose"; then
    exit 0
fi

if ! python=$(find_python); then
    found=$(python3 --version 2>/dev/null || echo "no python3 at all")
    lacks "Python 3.11 or later is missing (found: $found)." "$(install_with 'python3.11 python3.11-venv' python@3.11 python3.11)"
elif ! has_venv "$python"; then
    lacks "$python has no venv module." "$(install_with "python3-venv" python@3.11 python3.11)"
fi
if ! [ -w . ]; then
    lacks "The folder $(pwd) cannot be written by $(id -un)." "sudo chown -R $(id -un) '$(pwd)', or clone into a folder of your own."
fi
if [ "$(free_megabytes)" -lt 2500 ]; then
    lacks "The disk has $(free_megabytes) MB left here; 2,500 MB are needed." "Free some space, or clone onto another disk."
fi
if [ -n "${python:-}" ] && has_venv "$python"; then
    while IFS='|' read -r what mend; do
        [ -n "$what" ] && lacks "$what" "$mend"
    done <<LIST
$("$python" setup/registries.py "$purpose")
LIST
fi
if [ "$missing" -gt 0 ]; then
    echo "Nothing was installed; $missing thing(s) must be mended first (above), then run make again." >&2
    exit 1
fi
if has_node; then node=own; else node=fetch; fi
exec "$python" setup/install.py "$purpose" --node "$node"
