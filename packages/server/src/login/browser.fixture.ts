const MOST_HOPS = 20;

/** Follows redirects and keeps cookies by server, as a browser does; of a page it knows what its own code would send. */
export class TestBrowser {
  readonly #cookies = new Map<string, Map<string, string>>();
  /** `Set-Cookie` as it came, for what only browsers obey. */
  readonly received: string[] = [];

  async open(url: string | URL, options: RequestInit = {}): Promise<Response> {
    const { origin } = new URL(url);
    const cookie = [...(this.#cookies.get(origin) ?? [])].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(options.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) };
    const answer = await fetch(url, { ...options, headers, redirect: 'manual' });
    for (const line of answer.headers.getSetCookie()) this.#keep(origin, line);
    return answer;
  }

  /** Goes from redirect to redirect until `until` is to be opened, and returns that URL, or the last answer. */
  async follow(url: string | URL, until: (url: URL) => boolean = () => false): Promise<URL | Response> {
    let next = new URL(url);
    for (let hops = 0; !until(next); hops += 1) {
      if (hops > MOST_HOPS) throw new Error(`${next.href} leads nowhere.`);
      const answer = await this.open(next);
      const location = answer.headers.get('location');
      if (location === null) return answer;
      await answer.body?.cancel();
      next = new URL(location, next);
    }
    return next;
  }

  forget(origin: string, name: string): void {
    this.#cookies.get(origin)?.delete(name);
  }

  #keep(origin: string, line: string): void {
    this.received.push(line);
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    const jar = this.#cookies.get(origin) ?? new Map<string, string>();
    if (value === '' || /max-age=0/i.test(line)) jar.delete(name);
    else jar.set(name, value);
    this.#cookies.set(origin, jar);
  }
}
