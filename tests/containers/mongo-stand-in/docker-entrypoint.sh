#!/bin/bash
# What the official image's does of what is used here: the data are given to mongod's user, who then runs it.
set -euo pipefail
if [ "${1:0:1}" = '-' ]; then set -- mongod "$@"; fi
if [ "$1" = mongod ] && [ "$(id -u)" = 0 ]; then
  find /data/configdb /data/db \! -user mongodb -exec chown mongodb '{}' +
  exec gosu mongodb "$0" "$@"
fi
exec "$@"
