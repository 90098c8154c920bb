/**
 * The same with what drivers put in place of values, with the quotation marks of MySQL and those that a string has escaped,
 * at the same length.
 */
export function inPostgresDialect(sql: string): string {
  return sql
    .replaceAll('`', '"')
    .replaceAll(/(?<!\\)(\\+)"([^"\\\n]+)\1"/g, (_all, marks: string, name: string) => {
      const blank = ' '.repeat(marks.length);
      return `${blank}"${name}"${blank}`;
    })
    .replaceAll(/(?<![:\w]):[A-Za-z_]\w*|(?<!\w)@\w+|%\(\w+\)s|%s|(?<=[=<>(,\s])\?(?=[\s),;]|$)/g, (mark) =>
      '0'.repeat(mark.length),
    );
}

/** The same as a string of YAML means it, in which every apostrophe is doubled, at the same length. */
export function withSingleApostrophes(sql: string): string {
  return sql.replaceAll(/(?<!')'{2,}/g, (doubled, at: number) => {
    const single = "'".repeat(doubled.length / 2);
    const space = ' '.repeat(doubled.length - single.length);
    const opens = /[^\s),;]/.test(sql.charAt(at + doubled.length)) && !/\w/.test(sql.charAt(at - 1));
    return opens ? space + single : single + space;
  });
}
