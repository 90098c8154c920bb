import { posix } from 'node:path';
import { importRule } from './import-rule.mjs';
import { placeOf } from './place.mjs';
import { MAY_IMPORT } from './tables.mjs';

const SCOPE = '@duovir/';

/** Packages import one another by name and only in the direction of the table; nobody reaches into one by path. */
export const direction = importRule((specifier, filename) => {
  const from = placeOf(filename)?.name;
  if (specifier.startsWith('.')) {
    const to = placeOf(posix.join(posix.dirname(filename), specifier))?.name;
    return to === undefined || to === from ? undefined : `import @duovir/${to} by its name, not by path`;
  }
  if (!specifier.startsWith(SCOPE)) return undefined;
  const [to = ''] = specifier.slice(SCOPE.length).split('/');
  if (from === undefined || MAY_IMPORT[from]?.includes(to) === true) return undefined;
  return `${from} must not import ${to}`;
});
