/**
 * One coordinate followed by a Kalman filter with constant velocity: position, velocity and their covariance.
 * Units are the coordinate's own and seconds.
 */
export type Axis = { position: number; velocity: number; pp: number; pv: number; vv: number };

/** Starts at rest; `noise` = standard deviation of a look, `speed` = of the unknown velocity. */
export function startAxis(position: number, noise: number, speed: number): Axis {
  return { position, velocity: 0, pp: noise * noise, pv: 0, vv: speed * speed };
}

/** Moves on by `seconds`; `agility` is the standard deviation of the velocity's change in one second. */
export function predictAxis(axis: Axis, seconds: number, agility: number): void {
  const density = agility * agility;
  axis.position += axis.velocity * seconds;
  axis.pp += seconds * (2 * axis.pv + seconds * axis.vv) + (density * seconds ** 3) / 3;
  axis.pv += seconds * axis.vv + (density * seconds ** 2) / 2;
  axis.vv += density * seconds;
}

/** Takes a look with standard deviation `noise` (> 0) into account. */
export function correctAxis(axis: Axis, measured: number, noise: number): void {
  const spread = axis.pp + noise * noise;
  const gain = axis.pp / spread;
  const velocityGain = axis.pv / spread;
  const surprise = measured - axis.position;
  axis.position += gain * surprise;
  axis.velocity += velocityGain * surprise;
  axis.vv -= velocityGain * axis.pv;
  axis.pv *= 1 - gain;
  axis.pp *= 1 - gain;
}
