/** What playbooks, shells and template engines put in place of a value: `${{ item.slot }}`, `{{ name }}`, `${NAME}`. */
const template = /\$?\{\{[^{}\n]{0,200}\}\}|\$\{[A-Za-z_][\w.:-]{0,100}\}/g;
const standsFor = /zqx_+/g;

/** The text with a word of the same length for each template expression, which SQL can be read with. */
export function withoutTemplates(text: string): string {
  return text.includes('{') ? text.replaceAll(template, (each) => `zqx${'_'.repeat(each.length - 3)}`) : text;
}

export function isTemplate(word: string): boolean {
  return /^zqx_+$/.test(word);
}

/** What is left of a literal besides template expressions; nothing when a parameter takes its whole place. */
export function literalWithoutTemplates(literal: string): string {
  return /^(?:\$\d+|\$[A-Z_][A-Z0-9_]*|:[a-z_][a-z0-9_]*)$/.test(literal) ? '' : literal.replaceAll(standsFor, '');
}
