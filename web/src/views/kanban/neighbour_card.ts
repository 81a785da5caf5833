/** Where an arrow key leads from a card: up and down in its column, left and right to the others. */
import type { KeyboardEvent } from 'react';

export function neighbourCard(event: KeyboardEvent): HTMLElement | null {
  const card = (event.target as Element).closest('[data-card]');
  const column = card?.closest('section');
  if (!card || !column) return null;
  const cardsOf = (section: Element) => [...section.querySelectorAll<HTMLElement>('[data-card]')];
  const cards = cardsOf(column);
  const at = cards.findIndex((known) => known === card);
  if (event.key === 'ArrowUp') return event.altKey ? null : (cards[at - 1] ?? null);
  if (event.key === 'ArrowDown') return event.altKey ? null : (cards[at + 1] ?? null);
  const by = event.key === 'ArrowLeft' ? -1 : event.key === 'ArrowRight' ? 1 : 0;
  if (by === 0) return null;
  const sections = [...event.currentTarget.querySelectorAll('section')];
  const here = sections.indexOf(column);
  // An empty column is passed over, but a card may be moved into it.
  if (event.altKey) return sections[here + by] ? (card as HTMLElement) : null;
  for (let next = here + by; sections[next]; next += by) {
    const others = cardsOf(sections[next] as Element);
    const target = others[Math.min(at, others.length - 1)];
    if (target) return target;
  }
  return null;
}
