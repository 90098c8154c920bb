/** The newest are all kept: who compares two copies of a log has most likely taken them lately. */
const NEWEST = 100;

/**
 * Which of the retained checkpoints may go, once there are more than `limit`: all but the newest are spread evenly over the
 * whole log.
 * @param sizes smallest first
 * @param limit well above 200
 */
export function thinned(sizes: readonly number[], limit: number): number[] {
  if (sizes.length <= limit) return [];
  const spacing = (sizes.at(-1) ?? 0) / (limit / 2);
  const seen = new Set<number>();
  return sizes.slice(0, -NEWEST).filter((size) => {
    const place = Math.floor(size / spacing);
    const isFirst = !seen.has(place);
    seen.add(place);
    return !isFirst;
  });
}
