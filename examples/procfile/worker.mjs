// Pretends to work through a queue.
let done = 0;
setInterval(() => console.log(`job ${++done} done`), 10_000);
