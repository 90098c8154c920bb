import type { CommonOptions } from '../../session.ts';

export interface DraftOptions extends CommonOptions {
  readonly draft: string;
}
