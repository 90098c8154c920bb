import { tell, type ByKind } from '../by-kind.ts';
import { list, rememberingReport, rowAt, type Cells } from './report.ts';

const marks: ByKind<Cells<'size' | 'detail'>> = {
  'log-start': (_, { index }) => ({ size: index }),
  'log-stop': (_, { index }) => ({ size: index }),
  'log-restore': ({ size, root, lost, lostRoot }) => ({
    size,
    detail: `entries ${size} to ${lost - 1} are lost; the root with them was ${lostRoot}, without them it is ${root}`,
  }),
};

/** PCI DSS 10.3: what vouches for the record, and when it was begun, ended or put back. */
export const integrity = rememberingReport({
  name: 'integrity',
  about:
    'One row for each checkpoint that is here, with who signed it, and for each time the log was begun, ended or restored.',
  columns: ['size', 'root', 'signers', 'detail'],
  begin: ({ checkpoints }) => ({
    read: (entry) => {
      const mark = entry.isInPeriod ? tell(entry, marks) : undefined;
      return mark ? [rowAt(entry, mark)] : [];
    },
    end: () =>
      checkpoints.map(({ file, size, root, signers }) => ({
        entry: null,
        kind: 'checkpoint',
        size,
        root,
        signers: list(signers),
        detail: file,
      })),
  }),
});
