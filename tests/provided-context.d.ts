import 'vitest';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Connection string of the PostgreSQL that all tests of this run share. */
    readonly postgres: string;
  }
}
