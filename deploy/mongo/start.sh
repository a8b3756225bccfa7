#!/bin/bash
# mongod requires a key file that its own user owns, without access for others; a secret keeps the owner of the host's
# file. So the key is copied into memory before the image's entry point drops root.
set -euo pipefail
umask 077
cat /run/secrets/mongo_key >/run/vega/key
chown mongodb:mongodb /run/vega/key
exec docker-entrypoint.sh mongod --replSet vega --keyFile /run/vega/key --bind_ip_all \
  --wiredTigerCacheSizeGB "${VEGA_MONGO_CACHE_GB:-0.5}" --quiet
