import { createHash } from 'node:crypto';

/** Half log lines, half lines that hold a secret. */
export function promptOf(seed: number, length: number): string {
  let text = '';
  for (let line = 0; text.length < length; line += 1) {
    const number = seed * 10_000 + line;
    text +=
      line % 2 === 0
        ? `${logLine(number)}\n`
        : `${setting(number, noise(`prompt ${number}`, 'base64url').slice(0, 20))}\n`;
  }
  return text.slice(0, length);
}

/** A line of a file that holds a secret, in eight formats by turns. */
export function setting(index: number, value: string): string {
  const lines = [
    `  password: ${value}`,
    `export API_TOKEN=${value}`,
    `  "client_secret": "${value}",`,
    `const apiKey = '${value}';`,
    `    url: postgres://app:${value}@db.example.com:5432/shop`,
    `curl -H 'Authorization: Bearer ${value}' https://example.com/v1/items`,
    `ALTER USER app_${index} WITH PASSWORD '${value}';`,
    `spring.datasource.password=${value}`,
  ];
  return lines[index % lines.length] ?? '';
}

/** A line of an ordinary log, with ids and digests and nothing secret. */
export function logLine(index: number): string {
  const time = `2026-01-01T00:${String(index % 60).padStart(2, '0')}:00.123Z`;
  const trace = noise(`trace ${index}`, 'hex');
  const lines = [
    `${time} INFO [http-${index % 9}] AuthService - token refreshed for session ${trace.slice(0, 32)}, expires in 3600 s`,
    `{"level":"info","ts":"${time}","msg":"request","traceId":"${trace.slice(0, 32)}","path":"/v1/orders/${index}","status":200}`,
    `${time} Normal Pulled pod/api-${trace.slice(0, 9)} image "registry.k8s.io/pause@sha256:${trace}" already present`,
    `LOG:  checkpoint complete: wrote ${index % 97} buffers (0.3%); write=4.1 s, lsn=0/${trace.slice(0, 8).toUpperCase()}`,
    `203.0.113.${index % 250} - - [01/Jan/2026:00:00:00 +0000] "GET /assets/app-${trace.slice(0, 8)}.js HTTP/1.1" 200 ${index}`,
    `FATAL:  password authentication failed for user "app" (key rotation due, keyId=${trace.slice(0, 16)})`,
  ];
  return lines[index % lines.length] ?? '';
}

/** Always the same for a seed, and nobody's secret. */
export function noise(seed: string, encoding: 'base64url' | 'hex'): string {
  return createHash('sha256').update(seed).digest(encoding);
}
