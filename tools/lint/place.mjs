/**
 * The part of a file name below packages/, with its package; undefined for files outside them.
 *
 * @param {string} filename
 */
export function placeOf(filename) {
  const place = filename.split('/packages/').at(-1);
  if (place === undefined || place === filename) return undefined;
  const name = place.split('/')[0];
  return name === undefined ? undefined : { name, place };
}

/** Tests and what only tests import may look behind the ports. @param {string} filename */
export const isTest = (filename) => /\.(test|fixture|bench)\.ts$/.test(filename);

/** @param {string} place @param {readonly string[]} allowed */
export const isIn = (place, allowed) => allowed.some((prefix) => place.startsWith(prefix));
