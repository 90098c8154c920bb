import type { ApiApp } from '../api/app.ts';
import type { ApiContext } from '../api/endpoint.ts';
import { readPageFiles, type PageFile } from './page-file.ts';

/** Nothing from elsewhere, nothing inline: text that reaches the page from a run or a model can become no script. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  "img-src 'self' data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ');

/** The name of an asset holds a hash of its content, the name of the page does not. */
const FOR_EVER = 'public, max-age=31536000, immutable';
const ASK_AGAIN = 'no-cache';

const NOT_BUILT = `The console is not built. In the repository of Duovir: npm run build --workspace @duovir/console
The API needs no console: see /openapi.json.
`;

/** Serves the built console. It needs no token: it holds nothing of this installation, and asks the API with the reader's own. */
export function serveConsole(app: ApiApp, folder: string | undefined): void {
  let files: ReadonlyMap<string, PageFile> | undefined;
  const answer = (context: ApiContext): Response | Promise<Response> => {
    // Read when first asked for, so that a console built meanwhile needs no restart.
    files ??= folder === undefined ? undefined : readPageFiles(folder);
    const { path } = context.req;
    const file = files?.get(path);
    if (file) return context.body(file.bytes, 200, headersOf(path, file));
    return path === '/' ? context.text(NOT_BUILT, 404) : context.notFound();
  };
  app.get('/', answer);
  app.get('/assets/*', answer);
}

function headersOf(path: string, file: PageFile): Record<string, string> {
  return {
    'content-type': file.media,
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'cache-control': path === '/' ? ASK_AGAIN : FOR_EVER,
    'cross-origin-opener-policy': 'same-origin',
  };
}
