import type { ActionCall, Probe } from '@duovir/protocol';
import type { PlannedService, ReviewSubject } from './subject.ts';

/** A host, by name or address, and a port that somebody connects to. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** Whom an argument vector connects to: `host:port`, URLs, connection strings, and the usual options. */
export function endpointsOf(argv: readonly string[]): Endpoint[] {
  const endpoints = argv.flatMap(endpointsIn);
  const host = optionValue(argv, ['-h', '--host']);
  const port = Number(optionValue(argv, ['-p', '--port']));
  return host !== undefined && Number.isInteger(port) ? [...endpoints, { host, port }] : endpoints;
}

function endpointsIn(word: string): Endpoint[] {
  const endpoints = [...word.matchAll(/(?<![\w.-])([A-Za-z0-9][\w.-]*):(\d{1,5})(?![\w.])/g)].map(
    ([, host = '', port]) => ({ host, port: Number(port) }),
  );
  const host = /(?:^|[\s=?&])host(?:addr)?=([^\s'&]+)/.exec(word)?.[1];
  const port = /(?:^|[\s?&])port=(\d{1,5})\b/.exec(word)?.[1];
  return host !== undefined && port !== undefined ? [...endpoints, { host, port: Number(port) }] : endpoints;
}

/** `-p 5432`, `--port 5432`, `--port=5432`. */
function optionValue(argv: readonly string[], names: readonly string[]): string | undefined {
  for (const [index, word] of argv.entries()) {
    if (names.includes(word)) return argv[index + 1];
    const name = names.find((candidate) => candidate.startsWith('--') && word.startsWith(`${candidate}=`));
    if (name !== undefined) return word.slice(name.length + 1);
  }
  return undefined;
}

export function endpointsOfProbe(probe: Probe): Endpoint[] {
  switch (probe.action) {
    case 'command.probe@1':
      return endpointsOf(probe.with.argv);
    case 'http.probe@1': {
      const { hostname, port } = new URL(probe.with.url);
      return [{ host: hostname, port: port === '' ? 80 : Number(port) }];
    }
    case 'listener.probe@1':
      return probe.with.address === undefined ? [] : [{ host: probe.with.address, port: probe.with.port }];
    case 'file.probe@1':
      return [];
  }
}

export function endpointsOfCall(call: ActionCall): Endpoint[] {
  return call.action === 'command.run@1' || call.action === 'service.start@1' ? endpointsOf(call.with.argv) : [];
}

/** The services of the plan behind the endpoints. */
export function servicesAt({ services }: ReviewSubject, endpoints: readonly Endpoint[]): readonly PlannedService[] {
  return services.filter(({ hosts, port }) =>
    endpoints.some((endpoint) => endpoint.port === port && hosts.includes(endpoint.host)),
  );
}
