#!/usr/bin/env bash
# Makes the MongoDB image that docker-compose.yml names, on a machine that reaches no image registry: a stand-in, with
# SecantusDB from PyPI. Where the official image is there or can be pulled, that one is used and nothing is made.
# The stand-in carries the label vega.stand-in:
#   docker image inspect -f '{{index .Config.Labels "vega.stand-in"}}' mongo:8.0
set -euo pipefail
image=${MONGO_IMAGE:-mongo:8.0}
here=$(cd "$(dirname "$0")" && pwd)

if docker image inspect "$image" >/dev/null 2>&1 && [ "${1:-}" != --force ]; then exit 0; fi
if [ "${1:-}" != --force ] && docker pull --quiet "$image" 2>/dev/null; then exit 0; fi
echo "stand-in-images: $image can't be had; making a stand-in from SecantusDB" >&2
tar -c -C "$here/mongo-stand-in" . -C "$here/../../tools/secantus" requirements.txt |
  docker build --quiet --tag "$image" -
