# The same Debian and Node in both stages: the native modules and V8's code cache are made for them.
FROM node:22-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json build-if-changed.mjs ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM node:22-bookworm-slim
WORKDIR /opt/personas
COPY --from=build /build/package.json ./
COPY --from=build /build/node_modules node_modules
COPY --from=build /build/dist dist
# Only SQLite writes here. The group may write, since some platforms choose a user id of their own, in the group of root.
RUN install -d -m 0770 -o 10001 -g 0 /srv/personas /srv/personas/data
WORKDIR /srv/personas
ENV NODE_ENV=production HOST=0.0.0.0
USER 10001:0
EXPOSE 3000
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["node", "-e", "fetch('http://127.0.0.1:3000/health/ready').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# The process is its own init: it ends on SIGTERM, and leaves no child behind.
CMD ["node", "/opt/personas/dist/main.js"]
