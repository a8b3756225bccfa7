#!/bin/sh
# Before 2.10 a nats-server refuses to start on sync_interval. VEGA runs on 2.9 as well, which syncs every two minutes.
set -eu
config=/etc/vega/nats.conf
case $(nats-server --version) in
*v2.[0-9].*)
  # As deep as the other one: its include is relative.
  grep -v sync_interval: $config >/run/vega/nats.conf
  config=/run/vega/nats.conf
  ;;
esac
exec nats-server --config $config
