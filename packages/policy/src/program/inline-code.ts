import type { Command } from './command.ts';

type Program = Extract<Command, { kind: 'program' }>;

const shells = /^(?:ba|da|a|z|k|mk|fi|c|tc)?sh$|^busybox$/;
const inlineOptions: readonly (readonly [RegExp, RegExp])[] = [
  [/^python[\d.]*$/, /^-[a-zA-Z]*c/],
  [/^(?:perl|ruby)[\d.]*$/, /^-[a-zA-Z0-9]*[eE]/],
  [/^(?:node|nodejs|bun|deno)$/, /^(?:-[a-z]*[ep][a-z]*|--eval|--print|eval)(?:=|$)/],
  [/^php[\d.]*$/, /^-[a-zA-Z]*[rBRE]/],
  [/^lua[\d.]*$/, /^-e/],
];

/** Whether an interpreter is handed code as text, or the shell is handed anything at all. */
export function runsInlineCode(program: Program, stdin: string | undefined): boolean {
  if (shells.test(program.name) || /^[gmn]?awk$/.test(program.name)) return true;
  const scripted = program.arguments.some((word) => !word.startsWith('-'));
  if (!scripted && stdin !== undefined) return true;
  return inlineOptions.some(
    ([name, option]) => name.test(program.name) && program.arguments.some((word) => option.test(word)),
  );
}

/** Client languages that can start programs from inside: psql, redis-cli, curl. Text, because files and stdin count too. */
const escapes: ReadonlyMap<string, RegExp> = new Map([
  [
    'psql',
    /\\!|\\(?:o|g|gx|w|copy)\b[^\n]{0,1024}\||\bprogram\s*(?:\$|'|e')|\bpl(?:python3?u|perlu|sh)\b|\blo_export\b|\b(?:archive|restore|recovery_end|archive_cleanup|ssl_passphrase)_command\b|\bpg_read_(?:binary_)?file\b|\bpg_execute_server_program\b/i,
  ],
  [
    'redis-cli',
    /\b(?:module|debug|eval|evalsha|fcall|script)\b|\bconfig\s+set\s+(?:dir|dbfilename|enable-\S+)\b|--(?:eval|rdb|pipe)\b/i,
  ],
  ['curl', /(?:^|\n)(?:-K|--config)|\bfile:\/\//],
]);

export function escapesToProgram(name: string, text: string): boolean {
  return escapes.get(name)?.test(text) ?? false;
}

/** Settings of PostgreSQL, Redis and nginx whose value is a program, a library or a script. */
const commandSettings =
  /^[ \t]*(?:archive_command|restore_command|recovery_end_command|archive_cleanup_command|ssl_passphrase_command|shared_preload_libraries|session_preload_libraries|local_preload_libraries|archive_library|dynamic_library_path|loadmodule|enable-module-command|enable-debug-command|notification-script|client-reconfig-script|sentinel\s+notification-script|load_module|perl_modules|perl_require|perl_set|js_import|js_include|lua_\w+|\w+_by_lua\w*)\b[ \t]*=?[ \t]*(?!''|""|=?\s*(?:no|off)\b)\S/im;

/** Whether a configuration file, or an option that stands for one line of it, makes a server run something else. */
export function runsCommands(configuration: string): boolean {
  return commandSettings.test(configuration);
}
