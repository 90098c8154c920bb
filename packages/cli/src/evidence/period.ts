import { CliError } from '../error.ts';

/** What a pack is about, in UTC: `from` belongs to it, `to` does not. */
export interface Period {
  readonly from: string | null;
  readonly to: string | null;
}

const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const MOMENT = /^(\d{4}-\d\d-\d\d)T\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?$/;

/** Days are those of this machine's time zone, and count whole: `--to 2026-03-31` includes the 31st. */
export function parsePeriod({ from, to }: { readonly from?: string; readonly to?: string }): Period {
  const period = {
    from: from === undefined ? null : momentOf('--from', from, 0),
    to: to === undefined ? null : momentOf('--to', to, 1),
  };
  if (period.from !== null && period.to !== null && period.from >= period.to)
    throw new CliError('usage', 'The period ends before it begins.', 'Give --to a later date than --from.');
  return period;
}

/** `daysLater`: which midnight a bare day means. */
function momentOf(option: string, text: string, daysLater: 0 | 1): string {
  const day = DAY.exec(text);
  if (day) {
    const [year, month, date] = [Number(day[1]), Number(day[2]) - 1, Number(day[3])];
    if (isDay(text)) return new Date(year, month, date + daysLater).toISOString();
  }
  const moment = MOMENT.exec(text);
  const time = new Date(text);
  if (moment?.[1] !== undefined && isDay(moment[1]) && !Number.isNaN(time.getTime())) return time.toISOString();
  throw new CliError(
    'usage',
    `${option} ${text} is no date.`,
    'Write it as 2026-03-31, or with a time as 2026-03-31T12:00 or 2026-03-31T12:00:00Z.',
  );
}

/** Whether a calendar has it. */
function isDay(text: string): boolean {
  const midnight = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(text);
}
