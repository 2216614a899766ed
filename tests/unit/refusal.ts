interface OutputInside {
  promise(): Promise<unknown>;
  readonly isKnown: Promise<boolean>;
  readonly isSecret: Promise<boolean>;
  allResources(): Promise<unknown>;
}

/** Why an Output is refused; every promise inside it is waited for, since an unheard rejection ends the process. */
export async function refusal(input: unknown): Promise<string> {
  const output = input as OutputInside;
  const settled = await Promise.allSettled([
    output.promise(),
    output.isKnown,
    output.isSecret,
    output.allResources(),
  ]);
  const [first] = settled;
  return first.status === "rejected" ? String(first.reason) : "not refused";
}
