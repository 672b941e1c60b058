// What the view asks of the supervisor; the answer is the next event.
import type { ControlClient } from '../../control/client.ts';
import type { ControlCommand } from '../../control/protocol.ts';
import type { TopEvent } from './model.ts';

export async function giveOrder(client: ControlClient, command: ControlCommand): Promise<TopEvent> {
  const answer = await client.submit(command);
  const outcome = answer.ok ? answer.value : answer;
  const order = 'services' in command ? `${command.type} ${command.services.join(', ')}` : command.type;
  return { type: 'told', ok: outcome.ok, text: `${order}: ${outcome.ok ? 'accepted' : outcome.message}` };
}

export async function askWhy(client: ControlClient, service: string): Promise<TopEvent> {
  const answer = await client.why(service);
  return answer.ok ? { type: 'why-told', service, report: answer.value } : { type: 'told', ok: false, text: answer.message };
}
