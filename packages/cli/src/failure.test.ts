import { expect, test } from 'vitest';
import { ApiError } from '@duovir/sdk';
import { failureOf } from './failure.ts';

test('what the server refused is told with the fields it refused', () => {
  const detail = 'A parameter is not one this endpoint takes.';
  const remedy = 'Correct the fields named in `errors`.';
  const error = new ApiError('refused', `${detail} principal: Invalid string.`, {
    remedy,
    problem: {
      type: 'urn:duovir:problem:request-invalid',
      title: 'Unprocessable Entity',
      status: 422,
      code: 'request-invalid',
      detail,
      remedy,
      instance: '/v1/egress',
      errors: [{ pointer: 'principal', message: 'Invalid string' }],
    },
  });
  expect(failureOf(error)).toEqual({
    exit: 'refused',
    code: 'request-invalid',
    message: `${detail} principal: Invalid string.`,
    remedy,
  });
});
