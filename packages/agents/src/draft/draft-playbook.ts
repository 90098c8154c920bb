import type { Json } from '@duovir/protocol';
import type { DraftAction, DraftUndo } from './draft-action.ts';
import type { DraftProbe } from './draft-probe.ts';
import type { Draft, DraftInput, DraftStep } from './draft-schema.ts';

const MEGABYTE = 1_048_576;
/** The name a draft goes by; no pack may have it. */
export const DRAFT_PACK = 'draft';

/** The draft as a playbook document, as people would write it in a pack. What is wrong with it is for the checks to say. */
export function playbookDocument(draft: Draft): Json {
  return {
    apiVersion: 'duovir/v1',
    kind: 'Playbook',
    metadata: { id: DRAFT_PACK, version: '1.0.0', title: draft.title, tags: [DRAFT_PACK], owner: 'planner' },
    inputs: Object.fromEntries(draft.inputs.map((input) => [input.name, inputOf(input)])),
    environment: mapOf(draft.environment),
    sandbox: {
      hosts: Object.fromEntries(draft.hosts.map(({ name, address }) => [name, address])),
      limits: {
        memoryBytes: draft.limits.memoryMegabytes * MEGABYTE,
        processes: draft.limits.processes,
        cpuPercent: draft.limits.cpuPercent,
        workspaceBytes: draft.limits.workspaceMegabytes * MEGABYTE,
      },
    },
    goal: { statement: draft.outcome, successCriteria: draft.successCriteria.map(probeOf) },
    steps: draft.steps.map(stepOf),
  };
}

function inputOf(input: DraftInput): Json {
  const { description } = input;
  return input.type === 'integer'
    ? { type: 'integer', minimum: input.from, maximum: input.to, default: input.value, description }
    : { type: 'string', maxLength: 4096, default: input.value, description };
}

function stepOf(step: DraftStep): Json {
  return {
    id: step.id,
    name: step.title,
    ...callOf(step.action),
    ...(step.needs.length === 0 ? {} : { needs: step.needs }),
    verify: step.verify.map(probeOf),
    compensate: undoOf(step.undo),
    settings: step.settings,
    timeout: `${step.timeoutSeconds}s`,
    onFailure: step.onFailure,
  };
}

function undoOf(undo: DraftUndo): Json {
  return undo.uses === 'none' ? { none: undo.reason } : callOf(undo);
}

function callOf(action: DraftAction): { readonly uses: string; readonly with: Json } {
  switch (action.uses) {
    case 'file.write@1':
    case 'directory.make@1':
    case 'path.remove@1': {
      const { uses, ...input } = action;
      return { uses, with: input };
    }
    case 'command.run@1': {
      const { uses, argv, environment, stdin } = action;
      return {
        uses,
        with: { argv: argv.map(asText), environment: mapOf(environment), ...(stdin === '' ? {} : { stdin }) },
      };
    }
    case 'service.start@1': {
      const { uses, name, argv, environment, address, port, readySeconds } = action;
      const ready = { address, port: portOf(port), timeoutMs: readySeconds * 1000 };
      return { uses, with: { name, argv: argv.map(asText), environment: mapOf(environment), ready } };
    }
    case 'service.stop@1': {
      const { uses, name, signal, graceSeconds } = action;
      return { uses, with: { name, signal, graceMs: graceSeconds * 1000 } };
    }
  }
}

/** Also the falsifying checks of diagnoses are written so. */
export function probeOf(probe: DraftProbe): Json {
  const { id, uses, deadlineSeconds } = probe;
  return {
    id,
    uses,
    ...lookOf(probe),
    ...(deadlineSeconds === 0 ? {} : { deadline: `${deadlineSeconds}s` }),
  };
}

function lookOf(probe: DraftProbe): { readonly with: Json; readonly expect: Json } {
  switch (probe.uses) {
    case 'command.probe@1':
      return {
        with: { argv: probe.argv.map(asText) },
        expect: {
          exit: probe.exit,
          ...unlessEmpty('equals', probe.equals),
          ...unlessEmpty('includes', probe.includes),
        },
      };
    case 'listener.probe@1':
      return {
        with: { port: portOf(probe.port), ...unlessEmpty('address', probe.address) },
        expect: { listening: probe.listening, ...unlessEmpty('service', probe.service) },
      };
    case 'http.probe@1':
      return {
        with: { url: probe.url, requests: probe.requests },
        expect: { status: probe.status, ...unlessEmpty('includes', probe.includes) },
      };
    case 'file.probe@1':
      return { with: { path: probe.path }, expect: { exists: probe.exists } };
  }
}

function portOf(text: string): Json {
  return /^\d+$/.test(text) ? Number(text) : text;
}

/** A word that is one whole expression would keep the type of its value, and a number is no argument: a text has two parts. */
function asText(word: string): string {
  return /^\$\{\{[^{}]*\}\}$/.test(word) ? `${word}\${{ '' }}` : word;
}

function unlessEmpty(name: string, text: string): Record<string, string> {
  return text === '' ? {} : { [name]: asText(text) };
}

function mapOf(entries: readonly { readonly name: string; readonly value: string }[]): Record<string, string> {
  return Object.fromEntries(entries.map(({ name, value }) => [name, asText(value)]));
}
