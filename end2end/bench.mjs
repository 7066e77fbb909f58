// `node end2end/bench.mjs URL COOKIE`: what `cargo xtask bench` measures with Node.js.

import './streams.mjs';
import './lighthouse.mjs';
