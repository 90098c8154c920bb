import { isIn, isTest, placeOf } from './place.mjs';
import { TIMED_ADAPTERS, TIMELESS_PACKAGES } from './tables.mjs';

const MESSAGE = 'time and chance come in as arguments here';
const FORBIDDEN = new Map([
  ['Date', ['now']],
  ['performance', ['now']],
  ['Math', ['random']],
  ['crypto', ['randomUUID', 'getRandomValues', 'randomBytes', 'randomInt']],
]);
const FORBIDDEN_IMPORTS = ['randomUUID', 'randomBytes', 'randomInt', 'randomFillSync'];

/** No clock and no randomness in packages whose answers must be repeatable. */
export const clock = {
  meta: { type: 'problem' },
  /** @param {any} context */
  create(context) {
    const file = placeOf(context.filename);
    if (file === undefined || !TIMELESS_PACKAGES.includes(file.name)) return {};
    if (isTest(context.filename) || isIn(file.place, TIMED_ADAPTERS)) return {};
    return {
      /** @param {any} node */
      MemberExpression(node) {
        if (node.object.type !== 'Identifier') return;
        if (FORBIDDEN.get(node.object.name)?.includes(node.property.name)) context.report({ node, message: MESSAGE });
      },
      /** @param {any} node */
      NewExpression(node) {
        const isNow = node.callee.name === 'Date' && node.arguments.length === 0;
        if (isNow) context.report({ node, message: MESSAGE });
      },
      /** @param {any} node */
      ImportSpecifier(node) {
        const isCrypto = node.parent?.source?.value === 'node:crypto';
        if (isCrypto && FORBIDDEN_IMPORTS.includes(node.imported.name)) context.report({ node, message: MESSAGE });
      },
    };
  },
};
