import { expect, test } from 'vitest';
import { readableBody } from './readable-body.ts';

test('a request is read text by text, each with its place', () => {
  const body = JSON.stringify({
    model: 'm',
    messages: [{ role: 'user', content: 'line one\nline two' }],
    n: 1,
    response_format: { schema: { type: 'object' } },
  });
  expect(readableBody(body)).toEqual([
    { place: '/model', text: 'm', isForm: false },
    { place: '/messages/0/role', text: 'user', isForm: false },
    { place: '/messages/0/content', text: 'line one\nline two', isForm: false },
    { place: '/response_format/schema', text: '{"type":"object"}', isForm: true },
  ]);
});

test('a stream is read as what it wrote', () => {
  const stream = [
    'data: {"choices":[{"delta":{"content":"{\\"ok\\""}}]}',
    '',
    'data: {"delta":{"text":":true}"}}',
    '',
    'data: [DONE]',
    '',
  ];
  expect(readableBody(stream.join('\n'))).toEqual([{ place: 'stream', text: '{"ok":true}', isForm: false }]);
  expect(readableBody('Bad Gateway')).toEqual([{ place: 'stream', text: 'Bad Gateway', isForm: false }]);
});
