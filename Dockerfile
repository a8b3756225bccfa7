# Every image of VEGA: one for each service (`--target service --build-arg SERVICE=gateway`), and the edge in front of
# the gateways (`--target edge`). Node runs the TypeScript as it is; only the console is built.
# Nothing here is secret, and .dockerignore lets in only what an image needs: secrets are mounted when a container runs.

FROM node:24-bookworm-slim AS base
WORKDIR /app
ENV NODE_ENV=production


# Before what needs SERVICE: the classic builder makes every stage up to the one that is asked for.
FROM base AS edge
RUN apt-get update \
  && apt-get install --yes --no-install-recommends haproxy \
  && rm -rf /var/lib/apt/lists/* /var/cache/apt/*
COPY deploy/healthy.mjs ./
COPY deploy/edge/haproxy.cfg /etc/haproxy/haproxy.cfg
USER node
ENV HEALTH_URL=http://127.0.0.1:5000/livez VEGA_EDGE_TRUSTED=127.0.0.1
EXPOSE 5000
STOPSIGNAL SIGUSR1
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["node", "healthy.mjs"]
# -db: one process, in the foreground.
CMD ["haproxy", "-db", "-f", "/etc/haproxy/haproxy.cfg"]


FROM base AS manifests
# Only manifests: a layer that installs dependencies is rebuilt only when one of them or the lockfile changes.
COPY package.json package-lock.json ./
COPY libs/contracts/package.json libs/contracts/
COPY libs/messaging/package.json libs/messaging/
COPY libs/rendering/package.json libs/rendering/
COPY libs/service-kit/package.json libs/service-kit/
COPY apps/cli/package.json apps/cli/
COPY apps/console/package.json apps/console/
COPY apps/supervisor/package.json apps/supervisor/
COPY tests/support/package.json tests/support/
COPY services/ai/package.json services/ai/
COPY services/auth/package.json services/auth/
COPY services/gateway/package.json services/gateway/
COPY services/loop/package.json services/loop/
COPY services/state/package.json services/state/


# The console's files. Node runs the services as they are; a browser needs a build.
FROM manifests AS console
RUN npm ci --workspace apps/console --include=dev --include=optional --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY apps/console apps/console
COPY libs/contracts libs/contracts
RUN node apps/console/build.mjs


FROM manifests AS dependencies
ARG SERVICE
# What this service needs and nothing else. Its optional packages are the native parts of sharp for this platform.
RUN test -n "$SERVICE" \
  && npm ci --workspace "services/$SERVICE" --omit=dev --ignore-scripts --no-audit --no-fund


FROM base AS service
ARG SERVICE
COPY --from=dependencies /app ./
COPY libs libs
COPY services/${SERVICE} services/${SERVICE}
# Only the gateway reads it.
COPY --from=console /app/apps/console/dist apps/console/dist
# The whitepapers that the gateway offers are made of them.
COPY docs/explanation docs/explanation
COPY docs/reference/models.md docs/reference/
COPY deploy/healthy.mjs ./
# /data is where a volume goes. A new volume takes over its mode, and a container may run as any user (VEGA_UID).
RUN ln -s "services/$SERVICE/src/main.ts" main.ts && mkdir -m 1777 /data
USER node
ENV VEGA_DATA_DIR=/data HEALTH_LISTEN=127.0.0.1:8081
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["node", "healthy.mjs"]
CMD ["node", "--disable-warning=ExperimentalWarning", "main.ts"]


FROM manifests AS tools-dependencies
RUN npm ci --workspace apps/cli --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund


# The `vega` command for operators, on the database itself: `--target tools`; deploy/compose/tools.yml.
FROM base AS tools
COPY --from=tools-dependencies /app ./
COPY .env.example ./
COPY libs libs
COPY services services
COPY apps apps
COPY tools tools
# A new volume takes over the mode of /data, and a container may run as any user (VEGA_UID).
RUN mkdir -m 1777 /data
USER node
ENV VEGA_DATA_DIR=/data
WORKDIR /files
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "/app/apps/cli/src/main.ts"]
CMD ["help"]
