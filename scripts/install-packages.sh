#!/usr/bin/env bash
# Installs Debian packages, as root or with sudo: install-packages.sh package…
# Where that cannot be, it says in one line what to install.
source "$(dirname "$0")/steps.sh"

become_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo "$@"
    else
        sudo -n "$@"
    fi
}

install() {
    become_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" </dev/null
}

install_after_update() {
    become_root apt-get update && install "$@"
}

command -v apt-get >/dev/null || give_up "install: $*"
[ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null || give_up "install: $*"

say "Installing $*"
# A package list that is missing or old is the usual reason for a first failure.
{ install "$@" || install_after_update "$@"; } >&2 || give_up "install: $*"
