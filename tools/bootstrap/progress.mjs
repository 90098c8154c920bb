import process from 'node:process';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];

/**
 * Shows on stderr that something takes time: a spinner on a terminal, one line at the start and one at the end elsewhere.
 *
 * @template T
 * @param {string} label
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withProgress(label, work) {
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  if (!process.stderr.isTTY) {
    process.stderr.write(`${label} …\n`);
    const result = await work();
    process.stderr.write(`${label}: done in ${elapsed()}\n`);
    return result;
  }
  let frame = 0;
  const timer = setInterval(() => {
    process.stderr.write(`\r\u001b[2K${FRAMES[frame++ % FRAMES.length]} ${label} (${elapsed()})`);
  }, 100);
  try {
    const result = await work();
    process.stderr.write(`\r\u001b[2K✓ ${label} (${elapsed()})\n`);
    return result;
  } catch (error) {
    process.stderr.write('\r\u001b[2K');
    throw error;
  } finally {
    clearInterval(timer);
  }
}
