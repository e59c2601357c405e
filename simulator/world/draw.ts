/** One of `choices` in proportion to its weight; `unit` is a draw in [0, 1). */
export function drawWeighted<T extends { weight: number }>(choices: readonly T[], unit: number): T {
  let total = 0;
  for (const choice of choices) total += choice.weight;
  let left = unit * total;
  for (const choice of choices) {
    left -= choice.weight;
    if (left < 0) return choice;
  }
  return choices.at(-1) as T;
}
