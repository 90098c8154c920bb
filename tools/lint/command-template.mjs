const STARTERS = ['exec', 'execSync', 'execFile', 'execFileSync', 'spawn', 'spawnSync', 'fork'];

/** A command glued together from strings is how an argument becomes a command: pass argv as an array, without a shell. */
export const commandTemplate = {
  meta: { type: 'problem' },
  /** @param {any} context */
  create(context) {
    return {
      /** @param {any} node */
      CallExpression(node) {
        const name = node.callee.type === 'MemberExpression' ? node.callee.property.name : node.callee.name;
        // RegExp.prototype.exec has the same name; a command is started with exec by its bare name.
        if (!STARTERS.includes(name) || (name === 'exec' && node.callee.type === 'MemberExpression')) return;
        const [command] = node.arguments;
        const isGlued =
          (command?.type === 'TemplateLiteral' && command.expressions.length > 0) ||
          (command?.type === 'BinaryExpression' && command.operator === '+');
        if (isGlued)
          context.report({ node, message: 'name the program with a fixed string, pass arguments as an array' });
        const usesShell = node.arguments.some(
          (/** @type {any} */ argument) =>
            argument.type === 'ObjectExpression' &&
            argument.properties.some(
              (/** @type {any} */ property) => property.key?.name === 'shell' && property.value?.value !== false,
            ),
        );
        if (usesShell) context.report({ node, message: 'start programs without a shell' });
      },
    };
  },
};
