import { expect, test } from 'vitest';
import { listeningSockets } from './listeners.ts';

test('only listening sockets are read from the kernel, of both families', () => {
  const table = [
    '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode',
    '   0: 0B00007F:1538 00000000:0000 0A 00000000:00000000 00:00000000 00000000  1000        0 4711 1 0000000000000000 100',
    '   1: 0100007F:1538 0100007F:C001 01 00000000:00000000 00:00000000 00000000  1000        0 4712 1 0000000000000000 100',
    '   2: 00000000000000000000000001000000:0050 00000000000000000000000000000000:0000 0A 0:0 00:0 0 1000 0 4713 1 0 100',
    '',
  ].join('\n');
  expect(listeningSockets(table)).toEqual([
    { address: '127.0.0.11', port: 5432, inode: '4711' },
    { address: '0:0:0:0:0:0:0:1', port: 80, inode: '4713' },
  ]);
});
