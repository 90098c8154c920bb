import type { JSX } from 'react';
import { money, tokenCount } from '../money.ts';
import { levelName, shareOf, type Level } from './budget-share.ts';

/** How much of each budget is used; the words say what the colour says. */
export function BudgetBars({ levels }: { readonly levels: readonly Level[] }): JSX.Element | null {
  if (levels.length === 0) return null;
  return (
    <ul className="budget">
      {levels.map((level) => (
        <Bar key={level.id} level={level} />
      ))}
    </ul>
  );
}

function Bar({ level }: { readonly level: Level }): JSX.Element {
  const { id, spent, cap, reserved } = level;
  const percent = shareOf(level);
  const name = levelName(id);
  return (
    <li>
      <span>{name}</span>
      <meter aria-label={name} min={0} max={100} low={50} high={80} optimum={0} value={percent}>
        {percent} %
      </meter>
      <span>
        {percent} %: {money(spent.microUsd)} of {money(cap.microUsd)},{' '}
        <span className="quiet">
          {tokenCount(spent.tokens)} of {tokenCount(cap.tokens)}
          {reserved.microUsd > 0 && `, ${money(reserved.microUsd)} reserved`}
        </span>
      </span>
    </li>
  );
}
