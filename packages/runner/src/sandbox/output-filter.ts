/** Changes what a command writes before anybody sees or keeps it; may hold back what it has to see more of first. */
export interface OutputFilter {
  write(chunk: Buffer): Buffer;
  /** What was held back, when nothing follows. */
  end(): Buffer;
}
