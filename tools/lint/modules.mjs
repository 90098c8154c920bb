import { isBuiltin } from 'node:module';
import { importRule } from './import-rule.mjs';
import { isIn, isTest, placeOf } from './place.mjs';
import { MODULE_PLACES, PURE_MODULES, PURE_PACKAGES } from './tables.mjs';

/** Modules with effects stay where the table puts them. */
export const modules = importRule((specifier, filename) => {
  const file = placeOf(filename);
  if (file === undefined || isTest(filename)) return undefined;
  if (isBuiltin(specifier) && !specifier.startsWith('node:')) return `import node:${specifier}`;
  if (PURE_PACKAGES.includes(file.name) && isBuiltin(specifier) && !PURE_MODULES.includes(specifier)) {
    return `${file.name} is pure: it must not import ${specifier}`;
  }
  const places = Object.entries(MODULE_PLACES).find(([name]) => specifier === name || specifier.startsWith(`${name}/`));
  if (places === undefined || isIn(file.place, places[1])) return undefined;
  return `${specifier} may be imported only in ${places[1].join(', ') || 'no package'}`;
});
