const refuse = (): never => {
  throw new TypeError('Models are asked through the gateway, never by name.');
};

const closed = Object.freeze({
  specificationVersion: 'v4',
  languageModel: refuse,
  embeddingModel: refuse,
  imageModel: refuse,
  speechModel: refuse,
  transcriptionModel: refuse,
});

/**
 * Where the AI SDK is given a name instead of a model, it asks a gateway of its vendor: an open door (Invariant 7). Nobody
 * here does that; whoever ever might runs into this.
 */
export function closeDefaultProvider(): void {
  Object.defineProperty(globalThis, 'AI_SDK_DEFAULT_PROVIDER', { value: closed });
}
