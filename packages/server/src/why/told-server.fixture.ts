import * as z from 'zod';
import { startApi } from '../api/api.fixture.ts';
import { HealedRun } from './healed-run.fixture.ts';
import { ValueSeal } from './sealed-value.ts';
import { ToldRun } from './told-run.fixture.ts';

/**
 * A server in a process of its own, with runs that have been told, for those who only speak to it. Its parent says over the
 * channel what somebody with the database in his hands would do.
 */
const commandSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('forge'), resource: z.string(), path: z.string(), value: z.json() }),
  z.strictObject({ kind: z.literal('lead-elsewhere'), resource: z.string() }),
  z.strictObject({ kind: z.literal('end') }),
]);

const manifest = `apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec: {replicas: 3, template: {spec: {containers: [{name: web, image: 'web:1.2', env: [{name: TOKEN, value: quiet}]}]}}}
`;

const server = await startApi(process.argv[2] ?? '');
const healed = new HealedRun(server);
await healed.tell();
const told = new ToldRun(server);
await told.request();
const rejected = told.plan([{ id: 'manifest', path: '/workspace/web.yaml', content: manifest.replace('3', '9') }], 1);
await told.vote(rejected, ['reject']);
const plan = told.plan([{ id: 'manifest', path: '/workspace/web.yaml', content: manifest }], 2);
await told.carryOut(plan, await told.vote(plan, ['reject', 'approve']), 'manifest');
await told.settle();
const other = new ToldRun(server);
await other.tell([{ id: 'manifest', path: '/workspace/other.json', content: '{"a": 1}' }]);
await server.api.whyIndex.catchUp();

process.on('message', (message) => {
  void follow(commandSchema.parse(message));
});
process.send?.({ kind: 'ready', url: server.url, state: server.state.root, token: server.token('ann'), run: told.id });

async function follow(command: z.output<typeof commandSchema>): Promise<void> {
  if (command.kind === 'end') {
    await server.close();
    return process.disconnect();
  }
  await alter(command);
  process.send?.({ kind: 'done' });
}

async function alter(command: Exclude<z.output<typeof commandSchema>, { kind: 'end' }>): Promise<void> {
  const { database } = server.api;
  switch (command.kind) {
    case 'forge': {
      // Sealed as it has to be: whoever has the database has the keys of its documents, too.
      const { resource, path, value } = command;
      const [row] = await database.query(
        `select value.place, step.entry, document.key from duovir.why_value value
         join duovir.why_step step on step.entry = value.place / 4096
         join duovir.document document on document.digest = step.motion and document.role = 'plan'
         where value.resource = $1 and value.path = $2`,
        [resource, path],
      );
      const sealed = new ValueSeal(row?.['key'] as Buffer).seal(z.any().parse(value), {
        entry: Number(row?.['entry']),
        resource,
        path,
      });
      await database.query('update duovir.why_value set sealed = $2 where place = $1', [row?.['place'], sealed]);
      return;
    }
    case 'lead-elsewhere':
      await database.query(
        `update duovir.why_step set run = other.run, step = other.step from duovir.why_step other, duovir.why_value value
         where value.resource = $1 and why_step.entry = value.place / 4096 and other.run = $2`,
        [command.resource, other.id],
      );
  }
}
