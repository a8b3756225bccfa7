#!/bin/sh
# Puts the configuration together and runs nats-server on it; what it is given goes to nats-server.
set -eu
umask 077
# Empty but for tests, which have a root of their own.
root=${VEGA_NATS_ROOT:-}
config=$root/run/vega/nats.conf

# As deep as where it comes from: its include is relative.
case $(nats-server --version) in
# Before 2.10 a nats-server refuses to start on sync_interval. VEGA runs on 2.9 as well, which syncs every two minutes.
*v2.[0-9].*) grep -v sync_interval: "$root/etc/vega/nats.conf" >"$config" ;;
*) cat "$root/etc/vega/nats.conf" >"$config" ;;
esac

# One server of a cluster: it knows the others (VEGA_NATS_ROUTES, host:port separated by blanks; itself may be among
# them) and they know each other by a password. What comes later in the file counts.
if [ -n "${VEGA_NATS_ROUTES:-}" ]; then
  password=$(cat "$root/run/secrets/nats_route")
  {
    echo "server_name: \"${VEGA_NATS_NAME:-$(hostname)}\""
    echo 'cluster {'
    echo '  name: vega'
    echo '  port: 6222'
    echo "  authorization { user: route, password: \"$password\" }"
    echo '  routes: ['
    for route in $VEGA_NATS_ROUTES; do echo "    \"nats://route:$password@$route\""; done
    echo '  ]'
    echo '}'
  } >>"$config"
fi

# What a bus of before there were users has stored becomes the services'.
data=$root/data/jetstream
if [ -d "$data/\$G" ] && [ ! -e "$data/VEGA" ]; then
  mv "$data/\$G" "$data/VEGA"
fi
exec nats-server --config "$config" "$@"
