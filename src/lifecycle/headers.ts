/** Headers with others put over them; a name is the same in any case. */
export function putOver(
  under: Readonly<Record<string, string>>,
  over: Readonly<Record<string, string>>,
): Record<string, string> {
  const taken = new Set(Object.keys(over).map(name => name.toLowerCase()))
  const left = Object.entries(under).filter(([name]) => !taken.has(name.toLowerCase()))
  return { ...Object.fromEntries(left), ...over }
}
