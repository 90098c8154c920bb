import type { SensitiveSpan } from './finding.ts';
import { isPlaceholder } from './placeholder-shape.ts';

const KIND = /["']?kind["']?\s{0,4}:\s{0,4}["']?secret["']?(?![\w-])/gi;
const DOCUMENT_END = /^---|^\.\.\.$/gm;
const BLOCK = /^([ \t]{0,40})(?:data|stringData):[ \t]{0,8}\r?$/gm;
const ENTRY =
  /^([ \t]{1,60})(?:["']?[\w./-]{1,253}["']?:[ \t]{0,8})?(?:[|>][+-]?\d?[ \t]{0,4}$)?["']?(?<value>[^\r\n"']{0,65536})/;
const JSON_BLOCK = /"(?:data|stringData)"\s{0,8}:\s{0,8}\{(?<entries>[^{}]{0,262144})\}/g;
const JSON_ENTRY = /"[\w./-]{1,253}"\s{0,8}:\s{0,8}"(?<value>[^"]{1,65536})"/g;

/** The values of Kubernetes Secrets, by where they stand: whatever they look like, they are secrets. */
export function kubernetesSecretsIn(text: string): SensitiveSpan[] {
  const spans: SensitiveSpan[] = [];
  let readTo = 0;
  for (const { index } of text.matchAll(KIND)) {
    if (index < readTo) continue;
    const { start, end } = documentAround(text, index);
    readTo = end;
    spans.push(...entriesOf(text.slice(start, end), start));
  }
  return spans;
}

function documentAround(text: string, index: number): { start: number; end: number } {
  let start = 0;
  for (const { index: at } of text.matchAll(DOCUMENT_END)) {
    if (at > index) return { start, end: at };
    start = at;
  }
  return { start, end: text.length };
}

function* entriesOf(document: string, offset: number): Generator<SensitiveSpan> {
  for (const match of document.matchAll(BLOCK))
    yield* blockEntries(document, match.index + match[0].length + 1, match[1]?.length ?? 0, offset);
  for (const block of document.matchAll(JSON_BLOCK)) {
    const entries = block.groups?.['entries'] ?? '';
    const entriesStart = block.index + block[0].length - 1 - entries.length;
    for (const entry of entries.matchAll(JSON_ENTRY)) {
      const value = entry.groups?.['value'] ?? '';
      if (!isPlaceholder(value))
        yield finding(offset + entriesStart + entry.index + entry[0].length - 1 - value.length, value);
    }
  }
}

function* blockEntries(document: string, from: number, indent: number, offset: number): Generator<SensitiveSpan> {
  for (let at = from; at < document.length;) {
    const lineEnd = document.indexOf('\n', at);
    const line = document.slice(at, lineEnd < 0 ? document.length : lineEnd);
    const entry = ENTRY.exec(line);
    if (line.trim() !== '' && (!entry || (entry[1]?.length ?? 0) <= indent)) return;
    const value = entry?.groups?.['value'] ?? '';
    if (entry && !isPlaceholder(value.trim()))
      yield finding(offset + at + entry[0].length - value.length, value.trimEnd());
    at += line.length + 1;
  }
}

function finding(start: number, value: string): SensitiveSpan {
  return { start, end: start + value.length, kind: 'secret', rule: 'kubernetes-secret', tier: 'block' };
}
