import { isIn, isTest, placeOf } from './place.mjs';
import { COMPOSITION_ROOTS } from './tables.mjs';

const MESSAGE = `process.env is read only in ${COMPOSITION_ROOTS.join(', ')}; take a typed argument`;

/** Configuration enters in one place, where it is parsed; a variable read elsewhere is an undeclared input. */
export const environment = {
  meta: { type: 'problem' },
  /** @param {any} context */
  create(context) {
    const file = placeOf(context.filename);
    if (file === undefined || isTest(context.filename) || isIn(file.place, COMPOSITION_ROOTS)) return {};
    return {
      /** @param {any} node */
      MemberExpression(node) {
        const key = node.computed ? node.property.value : node.property.name;
        if (node.object.type === 'Identifier' && node.object.name === 'process' && key === 'env') {
          context.report({ node, message: MESSAGE });
        }
      },
      /** @param {any} node */
      ImportSpecifier(node) {
        if (node.imported.name === 'env' && node.parent?.source?.value === 'node:process') {
          context.report({ node, message: MESSAGE });
        }
      },
    };
  },
};
