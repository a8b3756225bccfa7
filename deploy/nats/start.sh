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
# What a bus of before there were users has stored becomes the services'.
if [ -d '/data/jetstream/$G' ] && [ ! -e /data/jetstream/VEGA ]; then
  mv '/data/jetstream/$G' /data/jetstream/VEGA
fi
exec nats-server --config $config
