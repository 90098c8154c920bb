const day: Intl.DateTimeFormatOptions = { dateStyle: 'medium' };
const moment = new Intl.DateTimeFormat(undefined, { ...day, timeStyle: 'short' });
const second = new Intl.DateTimeFormat(undefined, { timeStyle: 'medium' });

/** In the reader's own time zone; the exact UTC time belongs into the `dateTime` attribute. */
export function localTime(utc: string): string {
  return moment.format(new Date(utc));
}

/** Without its day, for what happened within one run. */
export function localSecond(utc: string): string {
  return second.format(new Date(utc));
}

export function timeZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

export function duration(milliseconds: number): string {
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  const tenths = Math.round(milliseconds / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** Until then; `now` in milliseconds since 1970. */
export function remaining(utc: string, now: number): string {
  const left = Date.parse(utc) - now;
  return left <= 0 ? 'time is up' : `${duration(Math.ceil(left / 1000) * 1000).replace(/\.\d s$/, ' s')} left`;
}
