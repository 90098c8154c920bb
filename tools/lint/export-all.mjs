/** What a package offers is a decision, name by name. */
export const exportAll = {
  meta: { type: 'problem' },
  /** @param {any} context */
  create: (context) => ({
    /** @param {any} node */
    ExportAllDeclaration(node) {
      context.report({ node, message: 'export names one by one' });
    },
  }),
};
