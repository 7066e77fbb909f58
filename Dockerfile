# The product as an image:
#   docker build --tag product .
#   docker run --detach --name product --restart unless-stopped --stop-timeout 35 \
#     --publish 127.0.0.1:3000:3000 --volume product-data:/data --env-file FILE product
# The first admin: docker exec product /app/product admin grant EMAIL
# A new version, after a backup: docker build again, docker stop product, docker rm product, and docker run again.
# FILE holds PUBLIC_URL, SESSION_SECRET, SMTP_URL and TRUSTED_PROXIES (.env.example). For a proxy on the same machine the
# last is the gateway of the container network, mostly 172.17.0.1. deploy/compose.yml has it all, with PostgreSQL.
# The first build takes half an hour, most of it for tools and dependencies; later builds take a few minutes.

# The same versions as in Cargo.toml: deploy/check compares.
ARG CARGO_LEPTOS=0.3.11
ARG WASM_BINDGEN=0.2.130

# Tailwind and wasm-opt. The packages of the browser tests are installed too, but not copied into the image.
FROM node:24-trixie-slim AS npm
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund

FROM rust:1-trixie AS tools
ARG CARGO_LEPTOS
ARG WASM_BINDGEN
# Their own release profiles would take an hour and save a second.
ENV CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256
RUN cargo install --locked cargo-leptos --version "$CARGO_LEPTOS" \
 && cargo install --locked wasm-bindgen-cli --version "$WASM_BINDGEN"

FROM rust:1-trixie AS build
RUN rustup target add wasm32-unknown-unknown
WORKDIR /src
COPY --from=tools /usr/local/cargo/bin/cargo-leptos /usr/local/cargo/bin/wasm-bindgen /usr/local/cargo/bin/
COPY --from=npm /usr/local/bin/node /usr/local/bin/
COPY --from=npm /src/node_modules node_modules
# With hashes in their names, browsers can cache files forever.
ENV PATH=/src/node_modules/.bin:$PATH LEPTOS_HASH_FILES=true

# All dependencies, built with empty crates, in a layer that is valid until a manifest changes. A cache mount would be
# lost with a forge's runner, and cargo, which compares file times, would take the build of another checkout for this
# one. cargo-chef would be one more tool to build, and would not set what cargo-leptos sets.
COPY .cargo .cargo
COPY Cargo.toml Cargo.lock ./
COPY app/Cargo.toml app/
COPY islands/Cargo.toml islands/
COPY program/Cargo.toml program/
COPY server/Cargo.toml server/
COPY ui/Cargo.toml ui/
COPY xtask/Cargo.toml xtask/
RUN mkdir -p src app/src islands/src program/src server/src ui/src xtask/src style public \
 && touch app/src/lib.rs islands/src/lib.rs program/src/lib.rs server/src/lib.rs ui/src/lib.rs style/main.css \
 && echo 'fn main() {}' > src/main.rs \
 && cp src/main.rs xtask/src/ \
 && cargo fetch --locked \
 && cargo leptos build --release

COPY . .
# Sources that are older than that layer would count as built.
RUN touch src/main.rs app/src/lib.rs islands/src/lib.rs program/src/lib.rs server/src/lib.rs ui/src/lib.rs \
 && cargo leptos build --release --precompress \
 && mkdir -p /out/data \
 && cp target/release/web /out/product \
 && cp target/release/hash.txt /out/ \
 && cp -r target/site /out/site

# No shell and no package manager: only the C library and the product.
FROM gcr.io/distroless/cc-debian13:nonroot
COPY --from=build /out/product /out/hash.txt /app/
COPY --from=build /out/site /app/site
COPY --from=build --chown=65532:65532 /out/data /data
# PORT, which a platform may set to its own: a release build is production, and then listens on all interfaces.
ENV DATABASE_URL=sqlite:/data/app.db PORT=3000 LEPTOS_SITE_ROOT=/app/site
WORKDIR /app
VOLUME /data
EXPOSE 3000
USER 65532:65532
HEALTHCHECK --interval=5s --timeout=5s --start-period=20s CMD ["/app/product", "health"]
ENTRYPOINT ["/app/product"]
