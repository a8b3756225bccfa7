#!/bin/sh
# Assembles the configuration and runs nats-server with it. Arguments are passed to nats-server.
set -eu
umask 077
# Set by tests only.
root=${VEGA_NATS_ROOT:-}
config=$root/run/vega/nats.conf

# The copy has the same folder depth as the original, because its include is relative.
case $(nats-server --version) in
# nats-server 2.9 refuses sync_interval and syncs every two minutes.
*v2.[0-9].*) grep -v sync_interval: "$root/etc/vega/nats.conf" >"$config" ;;
*) cat "$root/etc/vega/nats.conf" >"$config" ;;
esac

# One server of a cluster: VEGA_NATS_ROUTES lists the servers (host:port, separated by blanks; may include this one), a
# password authenticates them. Later settings in the file take precedence.
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

# Moves the storage of a bus without users into the services' account.
data=$root/data/jetstream
if [ -d "$data/\$G" ] && [ ! -e "$data/VEGA" ]; then
  mv "$data/\$G" "$data/VEGA"
fi
exec nats-server --config "$config" "$@"
