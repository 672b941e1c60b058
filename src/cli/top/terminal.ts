// The terminal while the view has it: its other screen, no cursor, keys as they are typed; and always given back as it was.
import { writeSync } from 'node:fs';
import { writeWithoutWaiting } from '../screen.ts';
import { listenToKeys } from './keyboard.ts';
import type { Key, Size } from './model.ts';

/** The other screen, no cursor, no wrapping at the edge, pasted text told from typed. */
const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h';
const LEAVE = '\u001b[0m\u001b[?2004l\u001b[?7h\u001b[?25h\u001b[?1049l';
/** For what is still on its way to a slow terminal. */
const FAREWELL_MS = 1000;
const ENDING = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;

export interface TerminalListener {
  onKey(key: Key): void;
  /** Another size, or the view is back on the terminal after a stop: nothing that was drawn is there any more. */
  onRedraw(): void;
  /** Null: there is nobody at the keyboard any more. */
  onEnd(signal: NodeJS.Signals | null): void;
}

export interface Terminal {
  size(): Size;
  /** False: it has not taken yet what it was given before. */
  isReady(): boolean;
  write(text: string): void;
  /** As Ctrl-Z does in any program. */
  suspend(): void;
  /** Resolves when the terminal is given back. */
  close(): Promise<void>;
}

export function openTerminal(listener: TerminalListener): Terminal {
  const { stdin, stdout } = process;
  let isEntered = false;
  writeWithoutWaiting(stdout);
  const enter = () => {
    // The shell may have changed it while this was stopped, and the runtime believes that it is as it was.
    stdin.setRawMode(false);
    stdin.setRawMode(true);
    stdout.write(ENTER);
    isEntered = true;
  };
  const leave = (write: (text: string) => void) => {
    if (!isEntered) return;
    isEntered = false;
    write(LEAVE);
    stdin.setRawMode(false);
  };
  // What was written before and is still waiting must come before it.
  const leaveInOrder = () => leave((text) => void stdout.write(text));
  const leaveAtOnce = () => leave((text) => writeNow(stdout.fd, text));
  const suspend = () => {
    leaveInOrder();
    process.off('SIGTSTP', suspend);
    // To the whole group, as the keyboard would; where no shell could continue it, the system does nothing.
    process.kill(0, 'SIGTSTP');
    setTimeout(resume, 0);
  };
  const resume = () => {
    process.off('SIGTSTP', suspend);
    process.on('SIGTSTP', suspend);
    enter();
    listener.onRedraw();
  };
  const onSignal = (signal: NodeJS.Signals) => listener.onEnd(signal);
  // A terminal that is gone says so by an error.
  const onEndOfInput = () => listener.onEnd(null);
  for (const signal of ENDING) process.on(signal, onSignal);
  process.on('SIGTSTP', suspend);
  process.on('SIGCONT', resume);
  process.on('exit', leaveAtOnce);
  stdout.on('resize', listener.onRedraw);
  stdin.on('end', onEndOfInput).on('error', onEndOfInput);
  const stopListening = listenToKeys(stdin, (key) => listener.onKey(key));
  enter();
  stdin.resume();
  return {
    size: () => ({ columns: stdout.columns || 80, rows: stdout.rows || 24 }),
    isReady: () => stdout.writableLength === 0,
    write: (text) => void (isEntered && stdout.write(text)),
    suspend,
    async close() {
      stopListening();
      leaveInOrder();
      await untilWritten(stdout);
      stdin.off('end', onEndOfInput).pause();
      stdout.off('resize', listener.onRedraw);
      for (const signal of ENDING) process.off(signal, onSignal);
      process.off('SIGTSTP', suspend).off('SIGCONT', resume).off('exit', leaveAtOnce);
    },
  };
}

function untilWritten(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, FAREWELL_MS);
    stream.write('', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Also when the process is about to end. A terminal that is stuck, or gone, is left to itself. */
function writeNow(fd: number, text: string): void {
  try {
    writeSync(fd, text);
  } catch (error) {
    if (!['EAGAIN', 'EIO', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}
