# The host. Configuration is mounted at /app/config; state lives in /data. Build: docker compose build host
FROM node:26-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
RUN groupadd --system backplane && useradd --system --gid backplane --home-dir /data --create-home backplane
COPY package.json package-lock.json .npmrc ./
COPY core/package.json core/
COPY sdk/package.json sdk/
COPY plugins/ plugins/
# The image brings Node 26 itself and the database is another container: the pinned Node and the embedded Postgres stay out.
RUN npm ci --omit=dev --omit=optional --no-fund --no-audit
COPY bin/ bin/
COPY core/ core/
COPY sdk/ sdk/
COPY config/ config/
COPY templates/ templates/
USER backplane
VOLUME /data
EXPOSE 8080 8088
ENV BACKPLANE_SERVER_HOST=0.0.0.0 BACKPLANE_GATEWAY_HOST=0.0.0.0
HEALTHCHECK --interval=10s --timeout=3s CMD ["node", "-e", "fetch('http://127.0.0.1:8080/readyz').then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
CMD ["node", "core/main.ts", "start", "--data", "/data"]
