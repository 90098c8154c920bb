/** The worker of the guard, whose parser loses its memory before it sees a text that asks for it: the next parse traps. */
const { instantiate } = WebAssembly;
let memory;
WebAssembly.instantiate = async (...given) => {
  const made = await instantiate(...given);
  memory = Object.values(made.instance.exports).find((each) => each instanceof WebAssembly.Memory);
  return made;
};
process.on('message', ({ texts }) => {
  if (texts?.some((text) => text.includes('MISCHIEF'))) new Uint8Array(memory.buffer).fill(255);
});
await import('./worker.ts');
