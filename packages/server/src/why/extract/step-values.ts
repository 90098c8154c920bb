import { parseValuePath, pointerOf, type Plan, type Setting, type Step } from '@duovir/protocol';
import { formatOfFile, servicesWith } from './file-format.ts';
import { valuesOfFile, type PlacedValue } from './file-values.ts';
import { keptValue } from './kept-value.ts';

/** More of one step is more than an index is for: the resources as a whole stay. */
const MOST_VALUES = 4000;

/**
 * What a step makes true: the settings it declares, the ports its services listen on, the files it writes and every value in
 * them. Pure: whoever has the plan comes to the same.
 */
export function valuesOfStep(plan: Plan, stepId: string): PlacedValue[] {
  const step = plan.steps.find(({ id }) => id === stepId);
  if (!step) return [];
  const values = distinct([...declared(step, plan.salt), ...listening(step), ...written(step, plan)]);
  if (values.length <= MOST_VALUES) return values;
  return values.filter(({ path }) => path.length === 0).slice(0, MOST_VALUES);
}

/** The first counts: what a step says of itself comes before what is read out of its files. */
function distinct(values: readonly PlacedValue[]): PlacedValue[] {
  const places = new Map<string, PlacedValue>();
  for (const value of values) {
    const key = `${value.resource}\n${pointerOf(value.path)}`;
    if (!places.has(key)) places.set(key, value);
  }
  return [...places.values()];
}

function declared({ settings }: Step, salt: string): PlacedValue[] {
  return settings.map((setting) => {
    const place = { resource: setting.resource, path: pathOfSetting(setting) };
    return { ...place, position: null, value: keptValue(setting.value, place, salt) };
  });
}

function pathOfSetting({ path }: Setting): readonly string[] {
  const parsed = parseValuePath(path);
  return parsed === undefined || parsed.length === 0 ? [path] : parsed;
}

/** `port 127.0.0.1:5432` is the service that listens there; without the address where a probe leaves it open. */
function listening({ call, verify }: Step): PlacedValue[] {
  const started =
    call.action === 'service.start@1'
      ? [{ place: `${call.with.ready.address}:${call.with.ready.port}`, service: call.with.name }]
      : [];
  const probed = verify.flatMap((probe) => {
    if (probe.action !== 'listener.probe@1' || !probe.expect.listening) return [];
    const { address, port } = probe.with;
    return [{ place: address === undefined ? `${port}` : `${address}:${port}`, service: probe.expect.service }];
  });
  const own = call.action === 'service.start@1' ? [{ resource: call.with.name, port: call.with.ready.port }] : [];
  return [
    ...own.map(({ resource, port }) => ({ resource, path: ['port'], position: null, value: port })),
    ...[...started, ...probed].map(({ place, service }) => ({
      resource: 'port',
      path: [place],
      position: null,
      value: service ?? true,
    })),
  ];
}

function written({ call }: Step, plan: Plan): PlacedValue[] {
  if (call.action === 'path.remove@1')
    return [{ resource: call.with.path, path: [], position: null, value: { kind: 'absent' } }];
  if (call.action !== 'file.write@1') return [];
  const { path, content } = call.with;
  const values = valuesOfFile({ path, content, format: formatOfFile(path, plan), salt: plan.salt });
  const names = servicesWith(plan, path).flatMap((service) => service.names);
  const own = values.filter((value) => value.resource === path && value.path.length > 0);
  return [...values, ...names.flatMap((resource) => own.map((value) => ({ ...value, resource })))];
}
