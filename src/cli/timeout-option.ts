import { Option } from 'commander';
import { durationArgument } from './arguments.ts';

/** Of a command that gives an order and waits until it is carried out. */
export function timeoutOption(): Option {
  const text = 'give up waiting after this long (exit 124); omniroute itself goes on';
  return new Option('--timeout <time>', text).argParser(durationArgument);
}
