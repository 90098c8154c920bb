import { join } from 'node:path';
import { clarificationTopic, createEngine, stopTopic, wakeTopic, type DurableEngine, type Ports } from '@duovir/engine';
import { keptAnchors, Publisher, type PostgresLog } from '@duovir/ledger';
import { openEnrolledSigner, type RunningProcess, type StateDirectory } from '@duovir/principal';
import { digestSchema } from '@duovir/protocol';
import { AccessGate } from './access/access-gate.ts';
import { AccessRefusals } from './audit/access-refusals.ts';
import { AuditReads } from './audit/audit-reads.ts';
import { LeafGuard } from './audit/leaf-guard.ts';
import { readInitialTokens } from './access/initial-tokens.ts';
import { Tokens } from './access/tokens.ts';
import { createApp } from './api/app.ts';
import type { Api } from './api/ports.ts';
import { stateStop } from './budget/kill-switch.ts';
import { Shredder } from './blob/shredder.ts';
import type { Configuration } from './configuration.ts';
import { scrubbedRunner } from './egress/scrubbed-runner.ts';
import { ownSecrets, serverScrubber } from './egress/scrubber.ts';
import { EventStream } from './feed/event-stream.ts';
import { openGateway } from './gateway/open-gateway.ts';
import { keepAgreeing } from './emergency/agree-with-runner.ts';
import { emergencyPort } from './emergency/emergency-port.ts';
import { healthOf } from './health.ts';
import { LoginDesk } from './login/login-desk.ts';
import { readClockState } from './ledger/clock-state.ts';
import { Heartbeat } from './ledger/heartbeat.ts';
import { mark } from './ledger/marks.ts';
import { openLog } from './ledger/open-log.ts';
import { publishedKeys } from './ledger/published-keys.ts';
import { recordRestore } from './ledger/record-restore.ts';
import { ServerLedger } from './ledger/server-ledger.ts';
import { announce, listenOn, listenOnSocket } from './listen.ts';
import { databaseUrl } from './postgres/database-url.ts';
import { connectPrincipals } from './principals/principals.ts';
import { systemClock, systemRandom } from './random.ts';
import { openStore } from './store/store.ts';
import { Changeover } from './trust/changeover.ts';
import { LastWord } from './trust/last-word.ts';
import { ServerTrust } from './trust/server-trust.ts';
import { enterFirst, settleTrust } from './trust/settle-trust.ts';
import { TrustOffice } from './trust/trust-office.ts';
import { WhyIndex } from './why/why-index.ts';

/** The composition root: everything of the server is made and put together here, and stopped in reverse order. */
export async function startServer(
  state: StateDirectory,
  configuration: Configuration,
  environment: Readonly<Record<string, string | undefined>>,
  /** Ends this process, so that its successor begins with new keys. */
  end: () => void,
): Promise<RunningProcess & { readonly url: string }> {
  const signer = await openEnrolledSigner(state, 'server');
  const trust = ServerTrust.load(state, signer);
  const url = databaseUrl(state);
  const store = await openStore(url, systemClock, systemRandom);
  const opened = await openLog(state, url, trust.current().policy, signer, trust.formerLogKeys());
  const { log } = opened;
  const own = ownSecrets(url);
  const ledger = new LastWord(new ServerLedger(log, new LeafGuard(serverScrubber(own))));
  const { database, events, runs } = store;
  const changes = { ...store, ledger, trust, signer, clock: systemClock };
  await recordRestore(state, { ...changes, log });
  await settleTrust(state, changes);
  const publisher = Publisher.start({
    log,
    folder: state.published,
    keys: () => publishedKeys(state, store.trustPolicies),
    anchors: () => keptAnchors(state.anchors),
    fault: (error) => console.error('Publishing the ledger:', error),
  });
  const principals = connectPrincipals(state, trust.current().policy, (run, permit) => events.beginLog(run, permit));
  const common = { trust, signer, clock: systemClock, random: systemRandom };
  const scrubber = serverScrubber(own);
  const gateway = await openGateway({
    store,
    databaseUrl: url,
    ledger,
    ...common,
    environment,
    own,
    scrubber,
    socket: state.socket('gateway'),
  });
  const { budget, models } = gateway;
  const runner = scrubbedRunner(principals.runner, scrubber);
  const emergency = emergencyPort({ ...store, ...common });
  const ports: Ports = {
    ...principals,
    runner,
    ...common,
    ledger,
    documents: store.documents,
    events,
    runs,
    models,
    emergency,
  };
  const engine = createEngine(ports, { databaseUrl: url });
  const started = await mark('log-start', trust.current().digest, { ledger, ...common });
  const heartbeat = new Heartbeat(
    { ...common, ledger, intervalSeconds: configuration.heartbeatSeconds, clockState: readClockState },
    started,
  );
  heartbeat.begin();
  await enterFirst(changes);
  await stateStop({ ...store, ...common, ledger, budget });
  const tokens = new Tokens({ database, ledger, ...common });
  await tokens.takeOver(readInitialTokens(join(state.principal('server'), 'tokens.json')));
  await engine.start();
  await resume(engine, store.runs);
  const shredder = new Shredder({ ...store, ...common, ledger, log, journal: engine });
  await shredder.finish();

  // Before the stream: an event about a run's class has to reach it first.
  const gate = new AccessGate({ ...store, ...common });
  const stream = new EventStream(store.feed, (after, limit, run) => events.read(after, limit, run));
  const ending = new AbortController();
  const refusals = new AccessRefusals({ ledger, ...common });
  void refusals.keepFlushing(ending.signal);
  const wake = (run: string, motion: string): Promise<void> => engine.wake(run, wakeTopic(digestSchema.parse(motion)));
  const changeover = new Changeover({ state, name: signer.principal, ledger, end });
  const whyIndex = new WhyIndex({ ...store, log });
  const following = whyIndex.keepFollowing(ending.signal);
  const api: Api = {
    ...store,
    ...common,
    ledger,
    log,
    whyIndex,
    budget,
    stream,
    tokens,
    gate,
    auditReads: new AuditReads({ ledger, ...common }),
    refusals,
    shredder,
    trustOffice: new TrustOffice({ ...changes, runs, wake, changeover }),
    login: new LoginDesk({ database, ...common }),
    hosts: [configuration.host, ...configuration.hosts],
    health: () => healthOf({ ...store, ...common, log, heartbeat, publisher, clients: principals.clients }),
    submit: (run) => engine.submit(run),
    wake,
    wakeAsking: (run) => engine.wake(run, clarificationTopic(run)),
    halt: (run) => principals.runner.stop(run),
    runnerStops: principals.runnerStops,
    wakeStopped: (run) => engine.wake(run, stopTopic(run)),
    ending: ending.signal,
  };
  keepAgreeing(api);
  const app = createApp(api);
  const socket = await listenOnSocket(app, state.socket('server'));
  const tcp = await listenOn(app, configuration);
  const unannounce = announce(state, tcp.url);
  return {
    url: tcp.url,
    close: async () => {
      unannounce();
      ending.abort();
      stream.close();
      await Promise.all([tcp.close(), socket.close()]);
      await engine.stop();
      principals.hearing.end();
      await following;
      await gateway.close();
      await refusals.close();
      await heartbeat.stop();
      await mark('log-stop', trust.current().digest, { ledger, ...common });
      await closePublication(log, publisher);
      await opened.close();
      signer.close();
      for (const client of principals.clients.values()) client.close();
      await store.close();
    },
  };
}

/** With what was said last, unless the witness is gone already: the next start goes on from there. */
async function closePublication(log: PostgresLog, publisher: Publisher): Promise<void> {
  await log
    .cosignedCheckpoint()
    .catch((error: unknown) => console.error('The last checkpoint is not cosigned:', error));
  await publisher.close();
}

/** A request that was accepted just before a crash may never have reached the engine; submitting it again is harmless. */
async function resume(engine: DurableEngine, runs: Api['runs']): Promise<void> {
  for (const { id } of await runs.open()) await engine.submit(id);
}
