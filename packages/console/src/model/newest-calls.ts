import type { EgressView } from '@duovir/protocol';
import type { Client, EgressFilter } from '@duovir/sdk';

export async function newestCalls(client: Client, filter: EgressFilter, most: number): Promise<readonly EgressView[]> {
  const found: EgressView[] = [];
  for await (const call of client.egress(filter)) {
    found.push(call);
    if (found.length === most) break;
  }
  return found;
}
