import { expect, test } from 'vitest';
import { readingsOf } from '../../../../tools/model-server/obeying/reading.ts';
import { aims } from './aims.ts';
import { attackTexts } from './attack-texts.ts';

const texts = attackTexts();

test('there are more than 1,500 different attacks, each with a name of its own', () => {
  expect(texts.length).toBeGreaterThan(1500);
  expect(new Set(texts.map(({ id }) => id)).size).toBe(texts.length);
  expect(new Set(texts.map(({ text }) => text)).size).toBe(texts.length);
});

test('the obeying model understands nearly all of them, whatever they hide in', () => {
  const understood = texts.filter(({ id, text }) => {
    const words = aims.find(({ name }) => id.startsWith(`${name}/`))?.order.slice(0, 16) ?? '';
    return readingsOf(text).some((reading) => reading.includes(words));
  });
  expect(understood.length / texts.length).toBeGreaterThan(0.97);
});
