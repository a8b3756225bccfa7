#!/bin/bash
# mongod takes a key file only where it is its own and closed to everybody else; a secret is mounted as its maker owns
# it. So the key is copied, into memory, before the image's own entry point gives up root.
set -euo pipefail
umask 077
cat /run/secrets/mongo_key >/run/vega/key
chown mongodb:mongodb /run/vega/key
exec docker-entrypoint.sh mongod --replSet vega --keyFile /run/vega/key --bind_ip_all \
  --wiredTigerCacheSizeGB "${VEGA_MONGO_CACHE_GB:-0.5}" --quiet
