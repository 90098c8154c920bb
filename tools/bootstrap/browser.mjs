import { existsSync } from 'node:fs';

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** The Chromium that the tests of the web console open it in, or undefined where there is none. */
export function findBrowser() {
  return PLACES.find((path) => existsSync(path));
}
