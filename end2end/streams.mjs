// `node end2end/streams.mjs URL COOKIE`: 5,000 idle streams on the program that `cargo xtask bench` runs. Prints the memory of
// each, the time of a push to all, and how much slower a page is meanwhile. Linux only.

import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';

const STREAMS = 5000;
const PAGES = 300;
/** Connections that wait for their first answer. */
const AT_ONCE = 100;

const [url, cookie] = process.argv.slice(2);
const { hostname, port, host } = new URL(url);
const pid = execFileSync('pgrep', ['-f', 'target/release/web bench'], { encoding: 'utf8' }).split('\n')[0];
const memory = () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);

async function medianOfPages() {
  const times = [];
  for (let page = 0; page < PAGES; page++) {
    const start = performance.now();
    await (await fetch(`${url}/dashboard`, { headers: { cookie, accept: 'text/html' } })).text();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[PAGES / 2];
}

let pushed = 0;
async function open(number) {
  const socket = connect(Number(port), hostname);
  socket.setEncoding('utf8');
  socket.write(`GET /events?tabs=tab-${String(number).padStart(8, '0')}:0 HTTP/1.1\r\nhost: ${host}\r\ncookie: ${cookie}\r\naccept: text/event-stream\r\n\r\n`);
  const [first] = await once(socket, 'data');
  if (!first.startsWith('HTTP/1.1 200')) throw new Error(first);
  socket.on('data', (data) => {
    if (data.includes('"reload"')) pushed += 1;
  });
  return socket;
}

const before = { memory: memory(), page: await medianOfPages() };
const sockets = [];
while (sockets.length < STREAMS) sockets.push(...(await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => open(sockets.length + i)))));
const page = await medianOfPages();
const kib = (memory() - before.memory) / STREAMS;
const start = performance.now();
await fetch(`${url}/bare-broadcast`);
while (pushed < STREAMS) await new Promise((later) => setImmediate(later));
const took = performance.now() - start;
console.log(`\n  ${STREAMS} streams: ${kib.toFixed(1)} KiB each; a push to all took ${took.toFixed(0)} ms`);
console.log(`  dashboard with them: ${(page / before.page).toFixed(2)} times (${before.page.toFixed(2)} ms without, ${page.toFixed(2)} ms with)`);
for (const socket of sockets) socket.destroy();
