import type { Terminal } from './terminal.ts';

/** A terminal whose text can be read; styles are written as `<style:text>` when they are wanted. */
export function recordTerminal(
  settings: { readonly columns?: number; readonly isLive?: boolean; readonly styled?: boolean } = {},
): Terminal & { readonly text: string } {
  let text = '';
  return {
    columns: settings.columns ?? 80,
    isLive: settings.isLive ?? false,
    write: (more) => (text += more),
    style: (style, part) => (settings.styled && style !== 'plain' ? `<${style}:${part}>` : part),
    get text() {
      return text;
    },
  };
}
