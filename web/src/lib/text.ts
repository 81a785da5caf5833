/** Small text work that belongs to no language file. */

/** A label inside a sentence: `Sales Team` → `sales team`, but `CRM lead` and `eID` stay. */
export function lower(text: string): string {
  return text
    .split(' ')
    .map((word) => (/[A-Z]/.test(word.slice(1)) ? word : word.toLowerCase()))
    .join(' ');
}

/** A machine name out of a label: `Close date` → `close_date`; empty when nothing is left of it. */
export function machineName(text: string): string {
  const name = text
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^[^a-z]+|_+$/g, '')
    .slice(0, 40);
  return name.replace(/_+$/, '');
}

export function isMachineName(text: string): boolean {
  return /^[a-z][a-z0-9_]{0,39}$/.test(text);
}
