export interface Alternation {
  readonly rounds: number;
  /** Whether an unrecorded round 0 of each subject comes first. */
  readonly warmUp: boolean;
}

/**
 * Runs rounds of all subjects in turn, so that a disturbance of the machine affects all of them. Odd rounds run in the
 * given order and even ones in the reverse order, so that a steady drift of the machine cancels out.
 * @returns the results of each subject, in the order of the rounds
 */
export async function alternateRounds<Name, Result>(
  { rounds, warmUp }: Alternation,
  subjects: ReadonlyMap<Name, (round: number) => Promise<Result>>,
): Promise<Map<Name, Result[]>> {
  const results = new Map([...subjects.keys()].map((name) => [name, [] as Result[]]));
  for (let round = warmUp ? 0 : 1; round <= rounds; round += 1) {
    const order = round % 2 === 1 ? [...subjects] : [...subjects].toReversed();
    for (const [name, run] of order) {
      const result = await run(round);
      if (round > 0) results.get(name)?.push(result);
    }
  }
  return results;
}
