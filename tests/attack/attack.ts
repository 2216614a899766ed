import { beforeAll, describe, expect, it } from "@jest/globals";

/** What came of an attempt. */
export interface Outcome {
  readonly succeeded: boolean;
  /** All that the attacker saw of it. */
  readonly answer: string;
}

export interface Attack {
  readonly tries: string;
  readonly attempt: () => Promise<Outcome>;
  /** The answer that proves that it was refused, and by what. */
  readonly refused: RegExp;
  /** The same attempt without the protection, where it succeeds: the proof that it can. */
  readonly control?: Control;
}

export interface Control {
  /** What is different. */
  readonly as: string;
  readonly attempt: () => Promise<Outcome>;
}

interface Group {
  readonly who: string;
  readonly wants: string;
  readonly rows: readonly Attack[];
}

interface Tally {
  readonly group: string;
  readonly rows: number;
  refused: number;
  controls: number;
}

const tallies: Tally[] = [];

/** A group of attacks, made all at once, and their controls. Each group has at least one of these. */
export function attacks({ who, wants, rows }: Group): void {
  const group = `${who}: ${wants}`;
  if (!rows.some((row) => row.control)) throw new Error(`no control shows that "${group}" could succeed`);
  const tally: Tally = { group, rows: rows.length, refused: 0, controls: 0 };
  tallies.push(tally);
  describe(group, () => {
    let outcomes: PromiseSettledResult<Outcome>[];
    beforeAll(async () => {
      outcomes = await Promise.allSettled(rows.map(({ attempt }) => attempt()));
    }, 180_000);

    it.each(rows.map(({ tries, refused }, n) => ({ tries, refused, n })))(
      "$tries: refused",
      ({ refused, n }) => {
        const outcome = outcomes[n];
        if (outcome?.status !== "fulfilled") throw outcome?.reason;
        expect(outcome.value).toEqual({ succeeded: false, answer: expect.stringMatching(refused) });
        tally.refused++;
      },
    );

    const controls = rows.flatMap(({ tries, control }) => (control ? [{ tries, ...control }] : []));
    it.each(controls)(
      "$tries: possible $as",
      async ({ attempt }) => {
        expect(await attempt()).toMatchObject({ succeeded: true });
        tally.controls++;
      },
      120_000,
    );
  });
}

const notes: string[] = [];

/** Something that was measured, to be told below the table. */
export const note = (text: string) => notes.push(text);

/** One line a group, for people. */
export function summary(): string {
  const width = Math.max(...tallies.map(({ group }) => group.length));
  const line = (...cells: readonly (string | number)[]) =>
    cells.map((cell, n) => (n === 0 ? `${cell}`.padEnd(width) : `${cell}`.padStart(8))).join(" ");
  const sum = (count: (tally: Tally) => number) => tallies.reduce((all, tally) => all + count(tally), 0);
  return [
    line("attacks", "tried", "refused", "controls"),
    ...tallies.map(({ group, rows, refused, controls }) => line(group, rows, refused, controls)),
    line(
      "all",
      sum(({ rows }) => rows),
      sum(({ refused }) => refused),
      sum(({ controls }) => controls),
    ),
    ...notes,
  ].join("\n");
}
