const DISABLE = /^\s*(?:oxlint|eslint)-disable/;
const REASON = /\s--\s+\S+/;
const SUPPRESSION = /^\s*@ts-(?:ignore|nocheck)/;

/** Whoever switches a rule off says why, on the same line, after ` -- `. */
export const disableReason = {
  meta: { type: 'problem' },
  /** @param {any} context */
  create: (context) => ({
    Program() {
      for (const comment of context.sourceCode.getAllComments()) {
        const isUnexplained = DISABLE.test(comment.value) && !REASON.test(comment.value);
        if (isUnexplained)
          context.report({ node: comment, message: 'say why: `oxlint-disable-next-line rule -- reason`' });
        if (SUPPRESSION.test(comment.value))
          context.report({ node: comment, message: 'use @ts-expect-error with a reason' });
      }
    },
  }),
};
