# The worker and the codec server, built ahead: plain JavaScript, compiled for this Node, and the workflows in one bundle.
# glibc, since the engine's native module has no build for musl.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts
COPY . .
RUN npm run build \
 && node dist/scripts/setup/bundle-workflows.js dist/workflow-bundle.js \
 && rm -rf dist/sandbox \
 && npm prune --omit=dev --ignore-scripts

FROM node:24-bookworm-slim
# the engine's native module trusts the system's certificates
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
ENV NODE_ENV=production WAYBILL_WORKFLOW_BUNDLE=/app/dist/workflow-bundle.js NODE_COMPILE_CACHE=/app/compiled
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
# kept compiled, for a start in less time; Node keeps it by user
RUN mkdir compiled && chown node:node compiled
USER node
RUN node dist/scripts/setup/compile-ahead.js
STOPSIGNAL SIGTERM
# node itself is process 1: the worker handles SIGTERM and drains
CMD ["node", "dist/scripts/waybill.mjs", "worker"]
