// `node end2end/bench.mjs URL COOKIE`: what `cargo xtask bench` measures with Node.js, one after the other.

await import('./streams.mjs');
await import('./lighthouse.mjs');
