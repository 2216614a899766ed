/** Texts that others chose, without what a terminal would act upon or not show: control and format characters. */
export function printable(text: string | undefined): string {
  const shown = oneLine(text ?? "");
  if (shown === "") return "-";
  return shown.length > longest ? `${shown.slice(0, longest)}...` : shown;
}

const longest = 200;

/** The same for several lines. */
export const printableLines = (text: string) => text.split(/\r?\n/).map(oneLine).join("\n");

const oneLine = (text: string) => text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, "");
