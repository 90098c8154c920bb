import type { Probe } from '@duovir/protocol';
import type { Conceal } from '../restoration/concealment.ts';
import type { Visit } from '../sandbox/visit.ts';
import { lookByCommand } from './command-probe.ts';
import { lookForFile } from './file-probe.ts';
import { lookByHttp } from './http-probe.ts';
import { lookForListener } from './listener-probe.ts';
import { lookPatiently, type Look } from './look.ts';

/** Looks through one probe, as patiently as the plan says. */
export function lookThrough(probe: Probe, visit: Visit, conceal: Conceal): Promise<Look> {
  return lookPatiently(() => lookOnce(probe, visit, conceal), probe);
}

async function lookOnce(probe: Probe, visit: Visit, conceal: Conceal): Promise<Look> {
  switch (probe.action) {
    case 'command.probe@1':
      return lookByCommand(probe, visit, conceal);
    case 'listener.probe@1':
      return lookForListener(probe, visit, conceal);
    case 'http.probe@1':
      return lookByHttp(probe, visit, conceal);
    case 'file.probe@1':
      return lookForFile(probe, visit);
  }
}
