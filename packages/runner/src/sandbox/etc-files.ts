/** The files of /etc that a sandbox has of its own. */
export function etcFiles(
  run: string,
  generation: number,
  hosts: Readonly<Record<string, string>>,
): Record<string, string> {
  const lines = Object.entries({ localhost: '127.0.0.1', [run]: '127.0.0.1', ...hosts });
  return {
    // Servers such as initdb insist on a name for their user.
    passwd:
      'root:x:0:0:root:/nonexistent:/usr/sbin/nologin\nworker:x:1000:1000:worker:/workspace:/bin/sh\n' +
      'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
    group: 'root:x:0:\nworker:x:1000:\nnogroup:x:65534:\n',
    hosts: [...lines.map(([name, address]) => `${address} ${name}`), '::1 localhost', ''].join('\n'),
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
    'resolv.conf': '',
    'duovir-run': `${run}/${generation}\n`,
  };
}
