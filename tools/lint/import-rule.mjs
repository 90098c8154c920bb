/**
 * A rule over everything that names a module: static and dynamic imports, and re-exports.
 *
 * @param {(specifier: string, filename: string) => string | undefined} judge what is wrong, or undefined
 */
export const importRule = (judge) => ({
  meta: { type: 'problem' },
  /** @param {any} context */
  create(context) {
    /** @param {any} node */
    const check = (node) => {
      const specifier = node.source?.value;
      if (typeof specifier !== 'string') return;
      const message = judge(specifier, context.filename);
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
    };
  },
});
