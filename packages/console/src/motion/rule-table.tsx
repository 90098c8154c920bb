import type { ApprovalView } from '@duovir/protocol';
import type { JSX } from 'react';

/** What was counted beside what the rule of the class asks for. */
export function RuleTable({ rule }: Pick<ApprovalView, 'rule'>): JSX.Element | null {
  if (rule.length === 0) return null;
  return (
    <table className="counted">
      <thead>
        <tr>
          <th scope="col">By the rule</th>
          <th scope="col">Needed</th>
          <th scope="col">Counted</th>
        </tr>
      </thead>
      <tbody>
        {rule.map(({ what, needed, counted }) => (
          <tr key={what} className={counted >= needed ? 'met' : 'unmet'}>
            <th scope="row">{what}</th>
            <td>{needed}</td>
            <td>
              {counted}
              {counted < needed && ', too few'}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
