/** Milliseconds since the epoch, with fractions: one clock for all processes of this machine. */
export const clock = () => performance.timeOrigin + performance.now();
