import { expect, test } from 'vitest';
import { reviewRules } from './catalogue.ts';

test('every rule carries its mandate in its name, once, and says what it asks for', () => {
  const ids = Object.entries(reviewRules).flatMap(([mandate, rules]) =>
    rules.map(({ id, text }) => {
      expect(id).toMatch(new RegExp(`^${mandate}\\.[a-z-]+$`));
      expect(text).toMatch(/^[A-Z].*\.$/);
      return id;
    }),
  );
  expect(new Set(ids).size).toBe(ids.length);
});
