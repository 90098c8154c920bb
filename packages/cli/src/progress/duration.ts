/** `840 ms`, `3.2 s`, `2 min 05 s`, `1 h 02 min` */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < 999.5) return `${Math.round(milliseconds)} ms`;
  if (milliseconds < 59_950) return `${(milliseconds / 1000).toFixed(1)} s`;
  const seconds = Math.round(milliseconds / 1000);
  const [minutes, restSeconds] = [Math.floor(seconds / 60), seconds % 60];
  if (minutes < 60) return `${minutes} min ${String(restSeconds).padStart(2, '0')} s`;
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}
