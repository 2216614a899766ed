/**
 * An environment file as systemd reads it (systemd.exec(5), EnvironmentFile=): one assignment a line, values in
 * double quotes with the four characters escaped that are special between them.
 */
export function environmentFile(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it looks for
      if (/[\u0000-\u001f\u007f]/.test(value)) {
        throw new Error(`${name}: has a line break or another control character; check for one at its end`);
      }
      return `${name}="${value.replace(/["\\$`]/g, "\\$&")}"\n`;
    })
    .join("");
}
