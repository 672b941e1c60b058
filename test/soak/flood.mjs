// Numbered lines for as long as it lives, in bursts. Its pid is on each, so that what is lost, doubled or displaced shows.
const [lines, everyMs] = process.argv.slice(2).map(Number);
let number = 0;

function burst() {
  let text = '';
  for (let n = 0; n < lines; n++) text += `flood ${process.pid} ${++number} ${'x'.repeat(60)}\n`;
  // A full pipe is waited for, as whoever reads it may be dead for a moment.
  process.stdout.write(text, () => setTimeout(burst, everyMs));
}

burst();
