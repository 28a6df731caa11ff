const numbers = new Intl.NumberFormat("en-US");

export function grouped(n: number): string {
  return numbers.format(n);
}

/** "1 operation", "1,204 operations". */
export function counted(n: number, one: string, many = `${one}s`): string {
  return `${grouped(n)} ${n === 1 ? one : many}`;
}

/** "Alias", "Alias and Country", "Alias, Country and Email"; past `most`, "Alias, Country and 7 more". */
export function listed(items: readonly string[], most = 4): string {
  if (items.length <= 1) return items.join("");
  const shown = items.length > most ? items.slice(0, most - 1) : items.slice(0, -1);
  const rest = items.length > most ? `${String(items.length - shown.length)} more` : items.at(-1);
  return `${shown.join(", ")} and ${rest ?? ""}`;
}

/** With a capital first letter, to stand on its own. */
export function sentence(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
