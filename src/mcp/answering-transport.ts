// Standard input and output, where the end of the input does not mean that nobody reads the answers: `printf … | omniroute mcp`.
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { JSONRPCMessage, RequestId } from '@modelcontextprotocol/sdk/types.js';

export class AnsweringTransport extends StdioServerTransport {
  readonly #unanswered = new Set<RequestId>();
  #allAnswered: (() => void) | null = null;

  constructor() {
    super();
    // The SDK's server calls this one too, before it handles the message.
    this.onmessage = (message: JSONRPCMessage) => {
      if ('method' in message && 'id' in message) this.#unanswered.add(message.id);
      // What is cancelled is never answered.
      else if ('method' in message && message.method === 'notifications/cancelled') this.#settle(message.params?.['requestId']);
    };
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    await super.send(message);
    if (!('method' in message)) this.#settle(message.id);
  }

  /** As soon as everything that was asked so far is answered. */
  answered(): Promise<void> {
    return new Promise((resolve) => {
      this.#allAnswered = resolve;
      this.#settle(null);
    });
  }

  #settle(id: unknown): void {
    this.#unanswered.delete(id as RequestId);
    if (this.#unanswered.size === 0) this.#allAnswered?.();
  }
}
